package cuda

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// Features that can be left out.
const (
	Flash     = "flash-attention"
	Efficient = "memory-efficient-attention"
	LLM       = "llm" // matrix products with 4 and 8 bit weights (fpA_intB)
	Contrib   = "contrib"
	NHWC      = "nhwc"
)

// feature is a part of the CUDA provider that a build may do without.
type feature struct {
	name       string
	definition string   // CMake's, to leave it out
	needs      []string // features that it is a part of
	lines      []string // release lines that have it; nil: all
}

// features are in the order in which they are told and printed.
var features = []feature{
	{name: Flash, definition: "onnxruntime_USE_FLASH_ATTENTION=OFF", needs: []string{Contrib}},
	{name: Efficient, definition: "onnxruntime_USE_MEMORY_EFFICIENT_ATTENTION=OFF", needs: []string{Contrib}},
	{name: LLM, definition: "onnxruntime_USE_FPA_INTB_GEMM=OFF", needs: []string{Contrib}, lines: []string{"1.23"}},
	// It changes the interface between the core and its providers, so it counts for all of a build.
	{name: Contrib, definition: "onnxruntime_DISABLE_CONTRIB_OPS=ON"},
	{name: NHWC, definition: "onnxruntime_USE_CUDA_NHWC_OPS=OFF"},
}

// Without has the names of the features that a build does without, in the order of the table, each once.
type Without []string

// ParseFeatures reads what is left out of a release's CUDA provider: words with a minus, "-flash-attention,-llm". The
// separators are commas and spaces. The empty text leaves nothing out.
func ParseFeatures(text, line string) (Without, error) {
	known := featuresOf(line)
	out := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",; \t\n", r) }) {
		name, minus := strings.CutPrefix(word, "-")
		if !minus || !slices.ContainsFunc(known, func(f feature) bool { return f.name == name }) {
			var words []string
			for _, f := range known {
				words = append(words, "-"+f.name)
			}
			return nil, &fault.Error{
				Op: "read the CUDA features", On: fmt.Sprintf("%q", word),
				Err:  fmt.Errorf("ONNX Runtime %s has no such word", line),
				Hint: "set ORT_CUDA_FEATURES to some of " + strings.Join(words, ","),
			}
		}
		out[name] = true
	}
	return Without(slices.Collect(maps.Keys(out))).inOrder(), nil
}

// inOrder returns the names in the order of the table.
func (w Without) inOrder() Without {
	var sorted Without
	for _, f := range features {
		if slices.Contains(w, f.name) {
			sorted = append(sorted, f.name)
		}
	}
	return sorted
}

// featuresOf returns the features of a release line.
func featuresOf(line string) []feature {
	return slices.DeleteFunc(slices.Clone(features), func(f feature) bool {
		return f.lines != nil && !slices.Contains(f.lines, releaseLine(line))
	})
}

// Definitions returns CMake's definitions, without the "-D": "onnxruntime_USE_FLASH_ATTENTION=OFF".
func (w Without) Definitions() []string {
	var definitions []string
	for _, f := range features {
		if slices.Contains(w, f.name) {
			definitions = append(definitions, f.definition)
		}
	}
	return definitions
}

// has tells whether a build has a feature: neither it nor what it is a part of is left out.
func (w Without) has(name, line string) bool {
	at := slices.IndexFunc(featuresOf(line), func(f feature) bool { return f.name == name })
	if at < 0 || slices.Contains(w, name) {
		return false
	}
	return !slices.ContainsFunc(featuresOf(line)[at].needs, func(need string) bool { return slices.Contains(w, need) })
}

// String returns the words that [ParseFeatures] reads: "-flash-attention,-llm".
func (w Without) String() string {
	words := make([]string, len(w))
	for i, name := range w {
		words[i] = "-" + name
	}
	return strings.Join(words, ",")
}
