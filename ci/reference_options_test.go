package ci

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// options is the build of the default release for a target, with neutral names of folders and programs.
func options(t *testing.T, target platform.Target, providers ...spec.Provider) cmake.Options {
	t.Helper()
	r, err := release.Load(release.Default)
	require.NoError(t, err)
	return cmake.Options{
		Spec:    spec.Spec{Version: r.Version, Platform: target.Platform, Providers: append([]spec.Provider{spec.CPU}, providers...)},
		Target:  target,
		Release: r, Source: "SOURCE", Build: "BUILD",
		Tools: cmake.Tools{
			CMake: "cmake", Ninja: "ninja", CC: "cc", CXX: "c++", AR: "ar", Protoc: "protoc", Patch: "patch", Python: "python3",
		},
		CUDA: cmake.CUDA{Home: "CUDA", NVCC: "nvcc", CUDNN: "CUDNN"}, DNNL: cmake.DNNL{Home: "DNNL"},
	}
}

// valueCell shows a value of CMake.
func valueCell(value string) string {
	if value == "" {
		return "empty"
	}
	return code(value)
}

// TestReferenceOfOptions shows what all targets have in common, and by option what only some of them have.
func TestReferenceOfOptions(t *testing.T) { //nolint:paralleltest // see section
	all := platform.All(writingHost)
	holders := map[cmake.Definition][]string{} // the targets that have a definition
	var order []cmake.Definition
	for _, target := range all {
		for _, d := range cmake.Definitions(options(t, target)) {
			if holders[d] == nil {
				order = append(order, d)
			}
			holders[d] = append(holders[d], code(target.Platform.String()))
		}
	}
	slices.SortStableFunc(order, func(a, b cmake.Definition) int { return strings.Compare(a.Name, b.Name) })
	common, some := [][]string{{"option", "value"}}, [][]string{{"option", "value", "targets"}}
	for _, d := range order {
		row := []string{code(d.Name), valueCell(d.Value)}
		if len(holders[d]) == len(all) {
			common = append(common, row)
		} else {
			some = append(some, append(row, strings.Join(holders[d], ", ")))
		}
	}
	section(t, referencePage, "options of every target", table(common...))
	section(t, referencePage, "options of some targets", table(some...))
}

func TestReferenceOfOptionsOfProviders(t *testing.T) { //nolint:paralleltest // see section
	own := func(host spec.Platform) platform.Target { return platform.All(host)[0] }
	machine, mac := own(writingHost), own(spec.Platform{OS: "darwin", Arch: "arm64"})
	architectures, err := cuda.ParseArchitectures(cuda.DefaultArchitectures)
	require.NoError(t, err)
	rows := [][]string{{"provider", "option", "value"}}
	for _, provider := range []spec.Provider{spec.CUDA, spec.DNNL, spec.CoreML} {
		target := machine
		if provider == spec.CoreML {
			target = mac
		}
		cpu, o := cmake.Definitions(options(t, target)), options(t, target, provider)
		o.Spec.GPU.Architectures = architectures.CMake(release.Default)
		for _, d := range cmake.Definitions(o) {
			if !slices.Contains(cpu, d) {
				rows = append(rows, []string{string(provider), code(d.Name), valueCell(d.Value)})
			}
		}
	}
	section(t, referencePage, "options of providers", table(rows...))
}
