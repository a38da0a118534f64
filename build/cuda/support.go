package cuda

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// span is a range of toolkits, both ends included.
type span struct{ from, to Version }

func (s span) has(v Version) bool { return v.Compare(s.from) >= 0 && v.Compare(s.to) <= 0 }

// matrix has the toolkits that a release line is built with. Upstream's own builds of these lines use 12.2 to 12.8;
// below 12.2 nobody has tried. 13.0 needs our backport of microsoft/onnxruntime#26153, which there is for 1.23 alone.
var matrix = map[string][]span{
	"1.21": {{Version{12, 2}, Version{12, 9}}},
	"1.23": {{Version{12, 2}, Version{12, 9}}, {Version{13, 0}, Version{13, 0}}},
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
}{{Version{12, 0}, 12}, {Version{12, 4}, 13}, {Version{12, 8}, 14}, {Version{13, 0}, 15}}

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
		supportedToolkit(line, t.Version), supportedArchitectures(line, t, archs), supportedHost(t.Version, hostGCC),
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

func supportedToolkit(line string, v Version) error {
	spans, ok := matrix[releaseLine(line)]
	if !ok {
		return refusal("ONNX Runtime "+line, "build 1.23 or 1.21", "no toolkit is known to fit this release")
	}
	if slices.ContainsFunc(spans, func(s span) bool { return s.has(v) }) {
		return nil
	}
	var good []string
	for _, s := range spans {
		text := s.from.String()
		if s.to != s.from {
			text += " to " + s.to.String()
		}
		good = append(good, text)
	}
	return refusal(
		"CUDA "+v.String(), "set ORT_CUDA_HOME to one of these, or ORT_CUDA_VERSION to one that can be provided",
		"ONNX Runtime %s needs CUDA %s", line, strings.Join(good, ", or "))
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
		case t.Version.Compare(first) < 0:
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
