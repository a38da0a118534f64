package conformance

import (
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// What only tests need to see.
var (
	Compare       = compare
	KnownFailures = knownFailures
	NewDigest     = newDigest
)

// Parse reads a list as that of the processor.
func Parse(text, release string) (Expectations, error) {
	return parseExpectations("known_failures.txt", text, release)
}

// On makes a provider of any of ortwrap's, usable or not.
func On(name string, p ortwrap.Provider) Provider { return Provider{name, p} }

// Output adds a value to a digest.
func (d digest) Output(name string, v onnxpb.Value) { d.output(name, v) }
