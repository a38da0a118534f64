package debian

// Internal parts that the tests of this folder look at.
var (
	DiscoverBelow = discover
	Commands      = commands
	ParseFileName = parseFileName
)

// StateFiles returns the text of sources.list and of the preferences.
func (a Archive) StateFiles(req Request) (sources, preferences string) {
	return a.sourcesList(len(req.Backports) > 0, keyring), a.preferences(req.Backports)
}
