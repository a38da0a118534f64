package cmake

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed project.cmake
var projectText string

// unityTargets are compiled in batches of several source files: most of their time goes into the same headers. The
// others stay as they are: MLAS has different flags for nearly every file, and the rest is small.
//
// Abseil was tried: 61 of 64 libraries compile so, which saves a few per cent of the whole. Each of its releases has
// other names that clash, so it is left alone.
var unityTargets = []string{
	"onnx",
	"onnxruntime_common",
	"onnxruntime_framework",
	"onnxruntime_graph",
	"onnxruntime_lora",
	"onnxruntime_optimizer",
	"onnxruntime_providers",
	"onnxruntime_session",
	"onnxruntime_util",
}

// ProjectFile returns the CMake file that CMake is told to include at the end of ONNX Runtime's project(). It maps the
// paths of this machine to neutral ones and turns unity builds on. Exclusions are source files, by target, that do not
// compile together with others, each given by the end of its slash path.
func ProjectFile(exclusions map[string][]string) (string, error) {
	var problems []error
	for _, target := range slices.Sorted(maps.Keys(exclusions)) {
		if !slices.Contains(unityTargets, target) {
			problems = append(problems,
				fmt.Errorf("unity exclusions for target %q, which is not compiled in batches", target))
		}
	}
	text := &strings.Builder{}
	text.WriteString(projectText)
	text.WriteString("function(builder_unity_targets)\n")
	for _, target := range unityTargets {
		fmt.Fprintf(text, "  builder_unity(%s", target)
		for _, file := range slices.Sorted(slices.Values(exclusions[target])) {
			if !plainPath(file) {
				problems = append(problems,
					fmt.Errorf("unity exclusion %q of target %q is not a plain path", file, target))
			}
			fmt.Fprintf(text, "\n    %s", strings.TrimPrefix(file, "/"))
		}
		text.WriteString(")\n")
	}
	text.WriteString("endfunction()\n\n")
	fmt.Fprintf(text, "include(\"${CMAKE_CURRENT_LIST_DIR}/%s\")\n", providersFile)
	return text.String(), errors.Join(problems...)
}

// plainPath tells whether CMake takes the text as one word that means itself.
func plainPath(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+") == ""
}
