package cuda

import (
	"fmt"
	"slices"
	"strings"
)

// accelerated are the numbers that cmake/external/cuda_configuration.cmake of ONNX Runtime 1.23 turns from "90" into
// "90a" for machine code.
var accelerated = []int{90, 100, 101, 120}

// String returns the compute capability, "9.0" or "12.0+PTX".
func (a Architecture) String() string {
	text := fmt.Sprintf("%d.%d", a.Number/10, a.Number%10)
	if a.Kind == PTX {
		text += "+PTX"
	}
	return text
}

// String returns the compute capabilities that the list has code for: "9.0 12.0 12.0+PTX".
func (l Architectures) String() string {
	words := make([]string, len(l))
	for i, a := range l {
		words[i] = a.String()
	}
	return strings.Join(words, " ")
}

// CMake returns the words for CMAKE_CUDA_ARCHITECTURES: "90-real", "120-real", "120-virtual".
//
// Release line 1.23 adds the "a" itself, drops it where it was given, and keeps the last word with "-virtual" as it
// is. Line 1.21 hands all of the list to CMake.
func (l Architectures) CMake(line string) []string {
	words := make([]string, len(l))
	for i, a := range l {
		switch {
		case a.Kind == PTX:
			words[i] = fmt.Sprintf("%d-virtual", a.Number)
		case a.Specific && releaseLine(line) == "1.21":
			words[i] = fmt.Sprintf("%da-real", a.Number)
		default:
			words[i] = fmt.Sprintf("%d-real", a.Number)
		}
	}
	return words
}

// Code returns the names that the device code has in the library: "sm_90a", "sm_120a", "compute_120".
func (l Architectures) Code(line string) []string {
	names := make([]string, len(l))
	for i, a := range l {
		switch {
		case a.Kind == PTX:
			names[i] = fmt.Sprintf("compute_%d", a.Number)
		case a.specific(line):
			names[i] = fmt.Sprintf("sm_%da", a.Number)
		default:
			names[i] = fmt.Sprintf("sm_%d", a.Number)
		}
	}
	return names
}

// Capabilities is like [Architectures.String] with an "a" where a release line's machine code runs on this one compute
// capability and not on later ones of the same major number: "9.0a 12.0a 12.0+PTX".
func (l Architectures) Capabilities(line string) string {
	words := make([]string, len(l))
	for i, a := range l {
		words[i] = a.String()
		if a.Kind == SASS && a.specific(line) {
			words[i] += "a"
		}
	}
	return strings.Join(words, " ")
}

// specific tells whether a release line's machine code uses what only this one architecture has.
func (a Architecture) specific(line string) bool {
	if releaseLine(line) == "1.21" {
		return a.Specific
	}
	return slices.Contains(accelerated, a.Number)
}

// releaseLine returns "1.23" of "1.23.2".
func releaseLine(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}
