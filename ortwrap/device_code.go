package ortwrap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// capability is a compute capability: {9, 0} for "9.0".
type capability struct{ major, minor int }

func (c capability) String() string { return fmt.Sprintf("%d.%d", c.major, c.minor) }

// atMost says whether c is the same as other or older.
func (c capability) atMost(other capability) bool {
	return c.major < other.major || c.major == other.major && c.minor <= other.minor
}

// word is the capability as CMake and ORT_CUDA_ARCHS write it: "90".
func (c capability) word() string { return fmt.Sprintf("%d%d", c.major, c.minor) }

// architecture is what a build has code for.
type architecture struct {
	capability
	ptx    bool // code that the driver translates for the GPU
	suffix byte // 'a': for this chip alone; 'f': for its family, from this chip on; else 0
}

// String is "9.0", or "9.0a" with a suffix. It leaves out whether it is PTX.
func (a architecture) String() string {
	if a.suffix == 0 {
		return a.capability.String()
	}
	return a.capability.String() + string(a.suffix)
}

// parseArchitecture reads "9.0", "9.0a" or "12.0+PTX".
func parseArchitecture(text string) (architecture, error) {
	var a architecture
	number, ptx := strings.CutSuffix(text, "+PTX")
	a.ptx = ptx
	if n := len(number); n > 0 && (number[n-1] == 'a' || number[n-1] == 'f') {
		a.suffix, number = number[n-1], number[:n-1]
	}
	major, minor, _ := strings.Cut(number, ".")
	var err, second error
	a.major, err = strconv.Atoi(major)
	a.minor, second = strconv.Atoi(minor)
	if err != nil || second != nil {
		return a, fmt.Errorf("unknown CUDA architecture %q: expected one such as 9.0 or 12.0+PTX", text)
	}
	return a, nil
}

// runsOn says whether code for an architecture runs on a GPU.
//
// Translated code runs on the GPU it was made for and on those of the same major number with a higher minor one; with an
// "a" (sm_90a, which ORT makes) on that very chip alone. The driver translates PTX for every GPU that is as new or newer. (CUDA C++ Programming Guide, "Binary compatibility" and "PTX compatibility".)
func (a architecture) runsOn(gpu capability) bool {
	switch {
	case a.suffix == 'a':
		return a.capability == gpu
	case a.suffix == 'f':
		return a.major == gpu.major && a.minor <= gpu.minor
	case a.ptx:
		return a.atMost(gpu)
	default:
		return a.major == gpu.major && a.minor <= gpu.minor
	}
}

// deviceCode is what a build has for GPUs.
type deviceCode struct {
	list    []architecture
	version int // of CUDA, as CUDA writes it: 13000 for 13.0; 0 where it is not known
}

// newDeviceCode reads what a build says: architectures such as "9.0a 12.0a 12.0+PTX", and a version such as "13.0".
func newDeviceCode(architectures []string, version string) (deviceCode, error) {
	var code deviceCode
	for _, text := range architectures {
		a, err := parseArchitecture(text)
		if err != nil {
			return deviceCode{}, err
		}
		code.list = append(code.list, a)
	}
	if version != "" {
		major, rest, _ := strings.Cut(version, ".")
		minor, _, _ := strings.Cut(rest, ".") // "13.0.1" has the number of 13.0
		a, err := parseArchitecture(major + "." + minor)
		if err != nil {
			return deviceCode{}, fmt.Errorf("unknown CUDA version %q: expected one such as 13.0", version)
		}
		code.version = a.major*1000 + a.minor*10
	}
	return code, nil
}

// String lists the architectures: "9.0, 12.0 and PTX of 12.0".
func (d deviceCode) String() string {
	var binary, ptx []string
	for _, a := range d.list {
		if a.ptx {
			ptx = append(ptx, a.String())
		} else {
			binary = append(binary, a.String())
		}
	}
	text := strings.Join(binary, ", ")
	switch {
	case len(ptx) == 0:
		return text
	case text == "":
		return "PTX of " + strings.Join(ptx, ", ")
	default:
		return text + " and PTX of " + strings.Join(ptx, ", ")
	}
}

// words are the architectures with one more, as ORT_CUDA_ARCHS takes them: "90;120;121".
func (d deviceCode) words(more capability) string {
	list := []capability{more}
	for _, a := range d.list {
		list = append(list, a.capability)
	}
	slices.SortFunc(list, func(a, b capability) int {
		if a == b {
			return 0
		}
		if a.atMost(b) {
			return -1
		}
		return 1
	})
	var words []string
	for _, c := range slices.Compact(list) {
		words = append(words, c.word())
	}
	return strings.Join(words, ";")
}
