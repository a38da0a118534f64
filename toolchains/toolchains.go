// Package toolchains has the CMake toolchain files, one for each operating system that needs one.
//
//	text, ok := toolchains.For("linux") // the text of linux.cmake
package toolchains

import "embed"

//go:embed *.cmake
var files embed.FS

// For returns the toolchain file for targets with the given GOOS; false if CMake's defaults do for them.
func For(goos string) (text string, ok bool) {
	data, err := files.ReadFile(goos + ".cmake")
	return string(data), err == nil
}
