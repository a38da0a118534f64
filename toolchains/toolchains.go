// Package toolchains has the CMake toolchain files, one for each kind of target that needs one.
//
//	text, ok := toolchains.For("linux") // the text of linux.cmake, for this machine's own platform
package toolchains

import "embed"

//go:embed *.cmake
var files embed.FS

// For returns a toolchain file: "linux" and "darwin" are for the machine itself, "linux-cross" and "darwin-cross" for
// other platforms. False: CMake's defaults do.
func For(name string) (text string, ok bool) {
	data, err := files.ReadFile(name + ".cmake")
	return string(data), err == nil
}
