package platform

import "github.com/onnxruntime-builder/onnxruntime-builder/build/spec"

// proven says what was seen to work, and where: on linux/amd64, with ONNX Runtime 1.21.0, but where it says otherwise. A
// platform is changed here when somebody has tried more.
var proven = map[spec.Platform]string{
	{OS: "linux", Arch: "amd64"}: "built, linked, run and tested in every run of the test command",
}

// Proven says what was seen to work on a platform, and where.
func Proven(p spec.Platform) string {
	if text, ok := proven[p]; ok {
		return text
	}
	return "never built"
}
