package devicecode

import (
	"maps"
	"slices"
	"strconv"

	"github.com/dustin/go-humanize"
)

// GroupTable returns rows for people from the summaries of libraries: library, kind, capability, parts, size, under a row
// of titles. A library without device code has a row that says so.
func GroupTable(libraries map[string][]Group) [][]string {
	rows := [][]string{{"library", "code", "capability", "parts", "size"}}
	for _, name := range slices.Sorted(maps.Keys(libraries)) {
		groups := libraries[name]
		if len(groups) == 0 {
			rows = append(rows, []string{name, "none", "", "0", "0 B"})
		}
		for i, g := range groups {
			shown := name
			if i > 0 {
				shown = "" // a library's rows stand together
			}
			size := humanize.Bytes(uint64(max(g.Bytes, 0)))
			rows = append(rows, []string{shown, string(g.Kind), g.Capability, strconv.Itoa(g.Parts), size})
		}
	}
	return rows
}
