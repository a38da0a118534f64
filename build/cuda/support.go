package cuda

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// matrix has the toolkits that a release line is built with, and no others, though they may do: Debian's, those that
// know Blackwell, and 13.0, which needs our backport of microsoft/onnxruntime#26153, for 1.23 alone. 1.21 was tried with
// Debian's. docs/providers.md says what was tried of them.
var matrix = map[string][]Version{
	"1.21": {{12, 4}},
	"1.23": {{12, 4}, {12, 8}, {12, 9}, {13, 0}},
}

// since has the first toolkit whose nvcc knows an architecture; 9.0 and older are known to all that are supported.
var since = map[int]Version{
	100: {12, 8}, 101: {12, 8}, 120: {12, 8}, 103: {12, 9}, 121: {12, 9}, 88: {13, 0}, 110: {13, 0},
}

// until has the last toolkit that knows an architecture.
var until = map[int]Version{
	50: {12, 9}, 52: {12, 9}, 53: {12, 9}, 60: {12, 9}, 61: {12, 9}, 62: {12, 9}, 70: {12, 9}, 72: {12, 9}, 101: {12, 9},
}

// hostCeilings has the newest GCC that a toolkit takes, from the given toolkit on (host_config.h refuses newer ones).
var hostCeilings = []struct {
	from Version
	gcc  int
}{{Version{12, 4}, 13}, {Version{12, 8}, 14}, {Version{13, 0}, 15}}

// cudnnFloors has the oldest cuDNN 9 that knows a toolkit or the Blackwell architectures.
const (
	cudnnForCUDA13    = "9.12.0"
	cudnnForBlackwell = "9.7.0"
)

// Supported tells whether a release can be built with a toolkit, a cuDNN and a GCC of the given major version for some
// architectures; nil: it can. line is a release or its line: "1.23". A cuDNN without a version is none, as a minimal
// build has it. hostGCC is 0 for another compiler, about which nothing is known.
func Supported(line string, t Toolkit, d CUDNN, archs []Architecture, hostGCC int) error {
	for _, check := range []error{
		SupportedVersion(line, t.Version), supportedArchitectures(line, t, archs), supportedHost(t.Version, hostGCC),
		supportedCUDNN(t.Version, d, archs),
	} {
		if check != nil {
			return check
		}
	}
	return nil
}

// refusal is an error of [Supported].
func refusal(on, hint, format string, args ...any) error {
	return &fault.Error{Op: "build with CUDA", On: on, Err: fmt.Errorf(format, args...), Hint: hint}
}

// SupportedVersion is the part of [Supported] that the version of the toolkit decides.
func SupportedVersion(line string, v Version) error {
	good, ok := matrix[releaseLine(line)]
	if !ok {
		return refusal("ONNX Runtime "+line, "build 1.23 or 1.21", "no toolkit is known to fit this release")
	}
	if slices.Contains(good, v) {
		return nil
	}
	var names []string
	for _, g := range good {
		names = append(names, g.String())
	}
	return refusal(
		"CUDA "+v.String(), "set ORT_CUDA_HOME to one of these, or ORT_CUDA_VERSION to one that can be provided",
		"ONNX Runtime %s is built with CUDA %s and no other", line, strings.Join(names, ", "))
}

// supportedArchitectures compares with what nvcc says of itself, or with the table where it was not asked.
func supportedArchitectures(line string, t Toolkit, archs Architectures) error {
	names := archs.Code(line)
	for i, a := range archs {
		first, last := since[a.Number], until[a.Number]
		known := t.Version.Compare(first) >= 0 && (last == Version{} || t.Version.Compare(last) <= 0)
		if t.Known != nil {
			// nvcc lists sm_90 and takes sm_90a as well.
			known = slices.Contains(t.Known, strings.TrimSuffix(names[i], "a"))
		}
		if known {
			continue
		}
		hint := "set ORT_CUDA_ARCHS to what it knows"
		switch {
		case t.Version.Compare(first) < 0 && takesFrom(line, first):
			hint += ", or use CUDA " + first.String() + " or newer"
		case last != Version{} && t.Version.Compare(last) > 0:
			hint += ", or use CUDA " + last.String() + " or older"
		}
		err := fmt.Sprintf("it does not know architecture %d", a.Number)
		if t.Known != nil {
			err += ": it knows " + strings.Join(knownNumbers(t.Known), " ")
		}
		return refusal("CUDA "+t.Version.String(), hint, "%s", err)
	}
	return nil
}

// takesFrom tells whether a release line is built with a toolkit of a version or a newer one.
func takesFrom(line string, first Version) bool {
	return slices.ContainsFunc(matrix[releaseLine(line)], func(v Version) bool { return v.Compare(first) >= 0 })
}

// knownNumbers returns the numbers of nvcc's names, in their order as numbers: "90", "100".
func knownNumbers(known []string) []string {
	var numbers []string
	for _, name := range known {
		if number, ok := strings.CutPrefix(name, "sm_"); ok {
			numbers = append(numbers, number)
		}
	}
	slices.SortFunc(numbers, func(a, b string) int { return compareNumbers(a, b) })
	return numbers
}

func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// hostCeiling returns the newest major version of GCC that a toolkit takes.
func hostCeiling(v Version) int {
	ceiling := 0
	for _, row := range hostCeilings {
		if v.Compare(row.from) >= 0 {
			ceiling = row.gcc
		}
	}
	return ceiling
}

func supportedHost(v Version, gcc int) error {
	if ceiling := hostCeiling(v); gcc > ceiling {
		return refusal("CUDA "+v.String(), fmt.Sprintf("set CC and CXX to gcc-%d and g++-%d or older ones", ceiling, ceiling),
			"its nvcc takes GCC up to %d, and the compiler is GCC %d", ceiling, gcc)
	}
	return nil
}

func supportedCUDNN(v Version, d CUDNN, archs []Architecture) error {
	if d.Version == "" {
		return nil
	}
	on := "cuDNN " + d.Version
	if major, _, _ := strings.Cut(d.Version, "."); major != cudnnMajor {
		return refusal(on, "set ORT_CUDNN_HOME to a cuDNN 9", "only cuDNN %s is supported", cudnnMajor)
	}
	blackwell := slices.ContainsFunc(archs, func(a Architecture) bool { return a.Number >= 100 })
	if blackwell && olderThan(d.Version, cudnnForBlackwell) {
		return refusal(on, "set ORT_CUDNN_HOME to a newer one",
			"compute capability 10.0 and newer need cuDNN %s", cudnnForBlackwell)
	}
	if v.Major >= 13 && olderThan(d.Version, cudnnForCUDA13) {
		return refusal(on, "set ORT_CUDNN_HOME to a newer one", "CUDA %s needs cuDNN %s", v, cudnnForCUDA13)
	}
	return nil
}

// olderThan compares versions of cuDNN by their numbers.
func olderThan(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		if order := compareNumbers(x[i], y[i]); order != 0 {
			return order < 0
		}
	}
	return false
}
