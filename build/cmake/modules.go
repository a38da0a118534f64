package cmake

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// sharedHost is the target of the library through which shared providers reach the core.
const sharedHost = "onnxruntime_providers_shared"

// Module is an execution provider that is a library of its own, as CMake makes it: a shared one, which ONNX Runtime opens.
type Module struct {
	Provider spec.Provider
	Library  string   // path of the shared library, absolute
	Objects  []string // what it is linked from, in that order, and the object with the entry of the static form
}

// ModuleTargets returns the targets that both forms of the providers are made of, for [Build].
func ModuleTargets(s spec.Spec) []string {
	if len(s.Separate()) == 0 {
		return nil
	}
	targets := []string{NoProviders, StaticProviders, sharedHost}
	for _, p := range s.Separate() {
		targets = append(targets, ModuleTarget(p), EntryTarget(p))
	}
	return targets
}

// Modules returns the providers of a configured build folder, and the path of the library through which the shared ones
// reach the core.
func Modules(o Options) (modules []Module, host string, err error) {
	if len(o.Spec.Separate()) == 0 {
		return nil, "", nil
	}
	targets, err := readTargets(os.DirFS(o.Build))
	if err != nil {
		return nil, "", fmt.Errorf("build folder %q: %w", o.Build, err)
	}
	if host, err = o.sharedLibrary(targets, sharedHost); err != nil {
		return nil, "", err
	}
	for _, p := range o.Spec.Separate() {
		library, err := o.sharedLibrary(targets, ModuleTarget(p))
		if err != nil {
			return nil, "", err
		}
		objects, err := os.ReadFile(ObjectsFile(o, p))
		if err != nil {
			return nil, "", fmt.Errorf("listing the objects of provider %s: %w", p, err)
		}
		modules = append(modules, Module{Provider: p, Library: library, Objects: lines(string(objects))})
	}
	return modules, host, nil
}

// lines returns the lines of a text that are not empty: paths may have spaces.
func lines(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return line == "" })
}

// sharedLibrary returns the path of the library that a target makes.
func (o Options) sharedLibrary(targets map[string]target, name string) (string, error) {
	for _, t := range targets {
		if t.Name == name && slices.Contains([]string{"SHARED_LIBRARY", "MODULE_LIBRARY"}, t.Type) && len(t.Artifacts) > 0 {
			path := filepath.FromSlash(t.Artifacts[0].Path)
			if !filepath.IsAbs(path) {
				path = filepath.Join(o.Build, path)
			}
			return path, nil
		}
	}
	return "", fmt.Errorf("onnxruntime's cmake files make no shared library called %s", name)
}
