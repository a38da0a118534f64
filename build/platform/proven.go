package platform

import "github.com/onnxruntime-builder/onnxruntime-builder/build/spec"

// proven says what was seen to work, and where: on linux/amd64, with ONNX Runtime 1.21.0, but where it says otherwise. A
// platform is changed here when somebody has tried more.
var proven = map[spec.Platform]string{
	{OS: "linux", Arch: "amd64"}: "built, linked, run and tested in every run of the test command",
	{OS: "linux", Arch: "arm64"}: "built by hand with GCC 12.2; under qemu 7.2 the sample program, ortwrap's examples and 286 of " +
		"289 node tests passed, 3 are known to fail; the same with the 1.23 line, KleidiAI in it",
	{OS: "linux", Arch: "amd64", Libc: "glibc2.17"}: "built by hand; ortwrap's tests passed, and the sample program in Debian 11 " +
		"(glibc 2.31); it asks for glibc 2.17; node tests as on linux/amd64: 1214 passed, 21 are known to fail, 53 unsupported",
	{OS: "linux", Arch: "arm64", Libc: "glibc2.17"}: "built by hand; it asks for glibc 2.17; under qemu 7.2 the sample program, on Debian 11's " +
		"glibc 2.31 too, ortwrap's examples and 286 of 289 node tests passed, 3 are known to fail",
	{OS: "linux", Arch: "amd64", Libc: "glibc2.28"}: "built in Debian 11 (glibc 2.31), in a container; ortwrap's tests passed there; it asks " +
		"for glibc 2.27; node tests as on linux/amd64",
	{OS: "linux", Arch: "arm64", Libc: "glibc2.28"}: "built by hand; it asks for glibc 2.27; proven as linux/arm64/glibc2.17",
	{OS: "linux", Arch: "amd64", Libc: spec.Musl}: "built by hand, and in Debian 12, in a container; ortwrap's tests passed, and the " +
		"sample program in an empty root; node tests as on linux/amd64",
	{OS: "linux", Arch: "arm64", Libc: spec.Musl}: "built by hand; under qemu 7.2 the sample program, ortwrap's examples and 286 of " +
		"289 node tests passed, 3 are known to fail",
	{OS: "darwin", Arch: "arm64"}: "CPU part of the 1.23 line built by hand; a program was linked with it, and never run; CoreML never built",
}

// provingHost is the machine on which all of it was seen.
var provingHost = spec.Platform{OS: "linux", Arch: "amd64"}

// Proven says what was seen to work of the builds for a platform on a host.
func Proven(host, p spec.Platform) string {
	if host != provingHost {
		text := "never built on " + host.String()
		if p.OS == "darwin" {
			text += ", with CoreML (buildCoreml) or without"
		}
		return text
	}
	if text, ok := proven[p]; ok {
		return text
	}
	return "never built"
}
