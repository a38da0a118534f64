package command

import "io"

// What the tests of this package reach.
var (
	ToolPath = toolPath
	Shown    = func(err error, log string) error { return &shown{err, log} }
	Lenient  = func(w io.Writer) io.Writer { return lenient{w} }
)
