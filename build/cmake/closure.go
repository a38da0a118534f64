package cmake

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Library is a static archive of the build.
type Library struct {
	Target    string // CMake's name, "absl_strings"
	Path      string // of the archive, absolute
	Component string // "onnxruntime", or a dependency by its name in deps.txt, "abseil_cpp"
	Objects   int    // object files that the archive must have
}

// Roots returns the CMake targets whose closure is ONNX Runtime with the spec's providers. Upstream's own target "all"
// leaves re2 out, and the onnxruntime_ targets alone leave cpuinfo out.
func Roots(s spec.Spec) []string {
	table := NoProviders
	if s.Linking == spec.Static {
		table = StaticProviders
	}
	return append([]string{
		table,
		"onnxruntime_session", "onnxruntime_optimizer", "onnxruntime_providers", "onnxruntime_lora",
		"onnxruntime_framework", "onnxruntime_graph", "onnxruntime_util", "onnxruntime_mlas",
		"onnxruntime_common", "onnxruntime_flatbuffers",
		"onnx", "onnx_proto", "libprotobuf-lite", "re2", "flatbuffers", "cpuinfo",
	}, coremlRoots(s)...)
}

// Closure returns the static archives that the roots need, the roots' own among them, sorted by target. It reads what
// CMake wrote into a configured build folder; nothing needs to be compiled yet.
func Closure(buildDir string, roots []string) ([]Library, error) {
	targets, err := readTargets(os.DirFS(buildDir))
	if err != nil {
		return nil, fmt.Errorf("build folder %q: %w", buildDir, err)
	}
	libs, err := closure(targets, roots)
	if err != nil {
		return nil, fmt.Errorf("build folder %q: %w", buildDir, err)
	}
	for i, lib := range libs {
		if !filepath.IsAbs(lib.Path) {
			libs[i].Path = filepath.Join(buildDir, lib.Path)
		}
	}
	return libs, nil
}

// closure is [Closure] on targets by id, with the archives' paths as CMake has them.
func closure(targets map[string]target, roots []string) ([]Library, error) {
	ids := map[string]string{}
	for id, t := range targets {
		if t.Type == "STATIC_LIBRARY" {
			ids[t.Name] = id
		}
	}
	var todo, missing []string
	for _, root := range roots {
		if id, ok := ids[root]; ok {
			todo = append(todo, id)
		} else {
			missing = append(missing, root)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("onnxruntime's cmake files make no static library called %s; "+
			"the list of roots does not fit this release", strings.Join(missing, ", "))
	}
	var libs []Library
	seen := map[string]bool{}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		t, ok := targets[id]
		if !ok {
			return nil, fmt.Errorf("cmake describes no target %q, which another depends on", id)
		}
		for _, d := range t.Dependencies {
			todo = append(todo, d.ID)
		}
		switch t.Type {
		case "STATIC_LIBRARY":
			if len(t.Artifacts) != 1 {
				return nil, fmt.Errorf("target %q has %d archives, want one", t.Name, len(t.Artifacts))
			}
			path := filepath.FromSlash(t.Artifacts[0].Path)
			libs = append(libs, Library{Target: t.Name, Path: path, Component: t.component, Objects: t.objects()})
		case "SHARED_LIBRARY", "MODULE_LIBRARY":
			return nil, fmt.Errorf("onnxruntime needs target %q, which is a shared library", t.Name)
		}
	}
	slices.SortFunc(libs, func(a, b Library) int { return strings.Compare(a.Target, b.Target) })
	return libs, nil
}

// Targets returns the targets of libs, for [Build].
func Targets(libs []Library) []string {
	names := make([]string, len(libs))
	for i, lib := range libs {
		names[i] = lib.Target
	}
	return names
}
