package cuda

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// Version is the version of a toolkit as its makers count releases.
type Version struct {
	Major, Minor int
}

// String returns "12.9".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Compare returns a negative number if v is older than other, 0 if they are equal.
func (v Version) Compare(other Version) int {
	return cmp.Or(cmp.Compare(v.Major, other.Major), cmp.Compare(v.Minor, other.Minor))
}

var versionPattern = regexp.MustCompile(`^(\d{1,3})\.(\d{1,3})$`)

// ParseVersion reads "12.9".
func ParseVersion(text string) (Version, error) {
	m := versionPattern.FindStringSubmatch(text)
	if m == nil {
		return Version{}, &fault.Error{
			Op: "read the version of CUDA", On: strconv.Quote(text), Err: fmt.Errorf("it is not of the form 12.9"),
			Hint: "set ORT_CUDA_VERSION to two numbers, or unset it",
		}
	}
	return version(m[1], m[2]), nil
}

// version makes a version of digits that a pattern has matched.
func version(major, minor string) Version {
	x, _ := strconv.Atoi(major)
	y, _ := strconv.Atoi(minor)
	return Version{Major: x, Minor: y}
}

// releasePattern matches the line of "nvcc --version" that says what it is.
var releasePattern = regexp.MustCompile(`release (\d{1,3})\.(\d{1,3}), V(\d+\.\d+\.\d+)`)

// parseNVCC returns the version in the output of "nvcc --version", in short and in full: 13.0 and "13.0.88".
func parseNVCC(text string) (Version, string, error) {
	m := releasePattern.FindStringSubmatch(text)
	if m == nil {
		return Version{}, "", fmt.Errorf("nvcc --version does not tell a release")
	}
	return version(m[1], m[2]), m[3], nil
}
