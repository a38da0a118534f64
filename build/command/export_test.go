package command

import (
	"io"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// What the tests of this package reach.
var (
	ToolPath = toolPath
	Untested = untested
	Shown    = func(err error, log string) error { return &shown{err, log} }
	Lenient  = func(w io.Writer) io.Writer { return lenient{w} }
)

// EmulatedTests chooses tests of ortwrap.
const EmulatedTests = emulatedTests

// SameDigests compares the digests of the static form and of the shared one.
func SameDigests(provider spec.Provider, static, shared string) error {
	return sameDigests(provider, []form{{linking: spec.Static}, {linking: spec.Shared}}, []string{static, shared})
}
