package install_test

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Headers and code of a library that needs the C++ library, as ONNX Runtime does.
const (
	header = `#pragma once
#ifdef __cplusplus
extern "C"
#endif
int OrtAnswer(void);
`
	code = `#include <string>
extern "C" int OrtAnswer(void) { return static_cast<int>(std::to_string(1234567).size()); }
`
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
}

// input is that of a build of a tiny ONNX Runtime. Its archive is a text.
func input(t *testing.T) install.Input {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a [b] *") // names that a careless glob would read as a pattern
	write(t, dir, map[string]string{
		"src/include/onnxruntime/core/session/onnxruntime_c_api.h":            header,
		"src/include/onnxruntime/core/session/onnxruntime_cxx_api.h":          header,
		"src/include/onnxruntime/core/session/experimental_onnxruntime_cxx.h": "no",
		"src/include/onnxruntime/core/session/environment.h":                  "no",
		"src/include/onnxruntime/core/providers/cpu/cpu_provider_factory.h":   header,
		"src/include/onnxruntime/core/providers/cuda/cuda_context.h":          header,
		"src/include/onnxruntime/core/providers/coreml/coreml_factory.h":      header,
		"src/include/onnxruntime/core/providers/rocm/rocm_context.h":          "no",
		"src/include/onnxruntime/core/providers/resource.h":                   header,
		"src/include/onnxruntime/core/providers/custom_op_context.h":          header,
		"src/include/onnxruntime/core/framework/provider_options.h":           header,
		"src/ThirdPartyNotices.txt":                                           "notices",
		"licenses/onnxruntime/LICENSE":                                        "MIT",
		"licenses/re2/LICENSE":                                                "BSD",
		"licenses/eigen/COPYING.MPL2":                                         "MPL",
		"licenses/eigen/unsupported/COPYING":                                  "MPL",
		"libonnxruntime.a":                                                    "!<arch>\n",
	})
	return install.Input{
		Dir: filepath.Join(dir, "out"), Source: filepath.Join(dir, "src"), Archive: filepath.Join(dir, "libonnxruntime.a"),
		Spec: spec.Spec{
			Version: "1.21.0", Platform: spec.Platform{OS: "linux", Arch: "amd64"}, Providers: []spec.Provider{spec.CPU},
		},
		Key:        "00112233445566778899aabbccddeeff",
		LicenseDir: filepath.Join(dir, "licenses"),
		Licenses: map[string][]string{
			"onnxruntime": {"LICENSE"}, "re2": {"LICENSE"}, "eigen": {"unsupported/COPYING", "COPYING.MPL2"},
		},
		Components: []string{"re2", "onnxruntime"},
		Private:    []string{dir},
		Manifest: install.Manifest{
			API: 21,
			Inputs: []install.Source{
				{Name: "re2", Origin: "pool/main/r/re2.tar.gz", SHA256: digest.OfBytes([]byte("re2")), Size: 3},
				{Name: "onnxruntime", Origin: "https://example.org/ort.tar.gz", SHA256: digest.OfBytes([]byte("ort")), Size: 3},
			},
			Patches: []install.Patch{{Name: "eigen/minmax.patch", SHA256: digest.OfBytes([]byte("patch"))}},
			Options: []install.Option{{"onnxruntime_BUILD_SHARED_LIB", "OFF"}, {"CMAKE_CXX_FLAGS", "-O2 <&>"}},
			Tools:   []string{"cxx: g++ 12.2.0"},
			Audit: &audit.Report{
				Archive: "libonnxruntime.a",
				Linked:  &audit.Linked{Floors: []audit.Floor{{Name: "CXXABI", Version: "1.3"}, {Name: "GLIBC", Version: "2.34"}}},
			},
		},
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if entry.IsDir() {
			return nil
		}
		info, err := entry.Info()
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o644), info.Mode(), path)
		name, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
		return err
	}))
	return names
}

func TestTreeHasEverythingAndSaysSo(t *testing.T) {
	t.Parallel()
	in := input(t)
	require.NoError(t, install.Tree(t.Context(), in))
	testkit.Golden(t, "tree", strings.Join(files(t, in.Dir), "\n")+"\n")
	manifest, err := os.ReadFile(filepath.Join(in.Dir, install.ManifestFile))
	require.NoError(t, err)
	testkit.Golden(t, "manifest", string(manifest))
	stamp, err := os.ReadFile(filepath.Join(in.Dir, "include/onnxruntime/onnxruntime_builder.h"))
	require.NoError(t, err)
	testkit.Golden(t, "onnxruntime_builder.h", string(stamp))
}

func TestReadManifestGivesWhatTreeWrote(t *testing.T) {
	t.Parallel()
	in := input(t)
	require.NoError(t, install.Tree(t.Context(), in))
	path := filepath.Join(in.Dir, install.ManifestFile)
	got, err := install.ReadManifest(path)
	require.NoError(t, err)
	require.Equal(t, "1.21.0", got.Version)
	require.ElementsMatch(t, in.Manifest.Inputs, got.Inputs)
	require.Len(t, got.Files, 16)

	for text, want := range map[string]string{`{"schema": 2}`: "its schema is 2", "{": "unexpected end of JSON"} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err = install.ReadManifest(path)
		require.ErrorContains(t, err, want)
	}
	_, err = install.ReadManifest(filepath.Join(in.Dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestCUDAHeadersKeepTheirPlace(t *testing.T) {
	t.Parallel()
	in := input(t)
	in.Spec.Providers = append(in.Spec.Providers, "cuda")
	require.NoError(t, install.Tree(t.Context(), in))
	require.FileExists(t, filepath.Join(in.Dir, "include/onnxruntime/core/providers/cuda/cuda_context.h"))
}

func TestTheSameFactsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	one, two := input(t), input(t)
	slices.Reverse(two.Manifest.Inputs)
	slices.Reverse(two.Manifest.Options)
	slices.Reverse(two.Licenses["eigen"])
	require.NoError(t, install.Tree(t.Context(), one))
	require.NoError(t, install.Tree(t.Context(), two))
	require.Equal(t, files(t, one.Dir), files(t, two.Dir))
	for _, name := range files(t, one.Dir) {
		want, err := os.ReadFile(filepath.Join(one.Dir, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(two.Dir, name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}

func TestTreeRefusesWhatWouldMakeABadOne(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*install.Input){
		"is not empty":                           func(in *install.Input) { in.Dir = in.Source },
		`component "abseil" is in the archive`:   func(in *install.Input) { in.Components = append(in.Components, "abseil") },
		"leads out of its folder":                func(in *install.Input) { in.Licenses["re2"] = []string{"../../src/x"} },
		"COPYING: no such file":                  func(in *install.Input) { in.Licenses["re2"] = []string{"COPYING"} },
		"none.a: no such file":                   func(in *install.Input) { in.Archive = "none.a" },
		"listing headers":                        func(in *install.Input) { in.Source = in.LicenseDir },
		"libraries that windows/amd64 needs are": func(in *install.Input) { in.Spec.Platform.OS = "windows" },
		"is it a source tree of ONNX Runtime": func(in *install.Input) {
			_ = os.Remove(filepath.Join(in.Source, "include/onnxruntime/core/session/onnxruntime_c_api.h"))
		},
		"names a folder of this machine: \"value\": \"-I": func(in *install.Input) {
			in.Manifest.Options[0].Value = "-I" + in.Private[0] + "/include"
		},
	} {
		in := input(t)
		spoil(&in)
		require.ErrorContains(t, install.Tree(t.Context(), in), want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, install.Tree(ctx, input(t)), context.Canceled)
}

// realTree installs a library that can be linked, into a folder with spaces, and moves it.
func realTree(t *testing.T) string {
	t.Helper()
	cxx, ar := testkit.NeedTool(t, "c++"), testkit.NeedTool(t, "ar")
	in := input(t)
	in.Spec.Platform = spec.Host()
	dir := filepath.Dir(in.Archive)
	write(t, dir, map[string]string{"ort.cc": code})
	require.NoError(t, os.Remove(in.Archive))
	command(t, dir, nil, cxx, "-c", "-o", "ort.o", "ort.cc")
	command(t, dir, nil, ar, "rcs", "libonnxruntime.a", "ort.o")
	require.NoError(t, install.Tree(t.Context(), in))
	moved := filepath.Join(t.TempDir(), "moved with spaces")
	require.NoError(t, os.Rename(in.Dir, moved))
	return moved
}

func command(t *testing.T, dir string, env []string, argv ...string) string {
	t.Helper()
	out, err := try(t, dir, env, argv...)
	require.NoError(t, err, "%s\n%s", strings.Join(argv, " "), out)
	return out
}

func try(t *testing.T, dir string, env []string, argv ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
