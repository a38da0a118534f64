package plan

import "github.com/onnxruntime-builder/onnxruntime-builder/build/spec"

// macOS is the system whose programs and frameworks some builds need.
const macOS = "darwin"

// MergesWithLibtool tells whether a build's archives are merged by Apple's libtool: on a Mac they are, for its own ar
// reads no scripts. Elsewhere LLVM's ar, which comes with the compilers for macOS, does it.
func MergesWithLibtool(s spec.Spec) bool { return mergesWithLibtool(spec.Host(), s.Platform) }

func mergesWithLibtool(host, target spec.Platform) bool {
	return host.OS == macOS && target.OS == macOS
}
