package matrix

// What the tests of this package reach.
var (
	Engines      = engines
	CopySources  = copySources
	Certificates = certificates
)

// Container is what a row's steps see.
func (h Host) Container(r Row, name, image, copied string) Container {
	return h.container(r, name, image, copied)
}
