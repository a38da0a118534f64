package bundle_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bundle"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

func runCmd(path, source string, args []string) run.Cmd {
	return run.Cmd{Path: path, Args: args, Stdin: strings.NewReader(source)}
}

func TestASoundBundleOpensInAnEmptyRoot(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.bundled()
	moved := toy.path("elsewhere")
	require.NoError(t, os.Rename(toy.path("out"), moved))
	in := bundle.CheckInput{Dir: filepath.Join(moved, "bundle"), Runner: toy.runner, CC: "cc"}
	report, err := bundle.Check(t.Context(), in)
	require.NoError(t, err)
	if report.Skipped != "" {
		testkit.Skip(t, report.Skipped)
	}
	require.Contains(t, report.Opened, "bin/program")
	require.Contains(t, report.Opened, "lib/libonnxruntime_providers_cuda.so")
	require.Contains(t, report.Opened, "lib/libcudnn.so.9: cudnnGraphVersionCheck: 0")
	require.Contains(t, report.Opened, "lib/libnvrtc.so.13: nvrtcCompileProgram: 0")
	require.Contains(t, report.Opened, "libcufft.so.12 opens libnvJitLink.so.13")
	left, err := filepath.Glob(filepath.Join(moved, "*"))
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(moved, "bundle")}, left, "the empty root is gone")

	in.CC = ""
	report, err = bundle.Check(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, "there is no C compiler", report.Skipped)
	in.Proof = true
	_, err = bundle.Check(t.Context(), in)
	require.ErrorContains(t, err, "nothing was opened in an empty root: there is no C compiler")
}

func TestFaultsOfABundleAreNamed(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.cudnn("newer", 14)
	toy.bundled()
	replace := func(to, from string) {
		text, err := os.ReadFile(toy.path(from))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(toy.path(to), text, 0o600))
	}
	const lib = "out/bundle/lib/"
	for _, test := range []struct {
		name string
		file string // is restored after the test
		harm func(path string)
		sign bool // the manifest says that the harmed file is right
		want string
	}{
		{
			"missing", lib + "libcudnn_adv.so.9", func(path string) { require.NoError(t, os.Remove(path)) }, false,
			"lib/libcudnn_adv.so.9 is missing",
		},
		{
			"missing, not listed", lib + "libcudnn_adv.so.9", func(path string) { require.NoError(t, os.Remove(path)) }, true,
			"lib/libcudnn.so.9 opens libcudnn_adv.so while it runs, which is not in the bundle",
		},
		{
			"needed, not listed", lib + "libcufft.so.12", func(path string) { require.NoError(t, os.Remove(path)) }, true,
			"lib/libonnxruntime_providers_cuda.so needs libcufft.so.12, which is not in the bundle",
		},
		{"changed", lib + "libcufft.so.12", func(path string) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			text[len(text)-1]++
			require.NoError(t, os.WriteFile(path, text, 0o600))
		}, false, "lib/libcufft.so.12 was changed: it is sha256:"},
		{"another cuDNN", lib + "libcudnn_ops.so.9", func(string) {
			replace(lib+"libcudnn_ops.so.9", "newer/lib/libcudnn_ops.so.9")
		}, true, "libcudnn_ops.so is of cuDNN 9.14.0, libcudnn_graph is of 9.13.0"},
		{"foreign run path", lib + "libcufft.so.12", func(string) {
			replace(lib+"libcufft.so.12", "toolkit/lib/libcufft.so.12")
		}, true, `lib/libcufft.so.12 looks for libraries in ["/a/folder/of/the/machine/that/builds"]`},
		{"no run path", lib + "libnvrtc.so.13", func(string) {
			toy.compile("broken", "int nvrtc(void) { return 0; }", "-shared", "-fPIC", "-Wl,-soname,libnvrtc.so.13")
			replace(lib+"libnvrtc.so.13", "broken")
		}, true, "lib/libnvrtc.so.13 has no run path, and it needs libraries of the bundle"},
		{
			"driver", lib + "libcuda.so.1", func(string) { replace(lib+"libcuda.so.1", "toolkit/lib/libcuda.so.1") }, true,
			"lib/libcuda.so.1 belongs to the driver",
		},
		{
			"C library", lib + "libm.so.6", func(string) { replace(lib+"libm.so.6", "toolkit/lib/libcufft.so.12") }, true,
			"lib/libm.so.6 belongs to the C library",
		},
		{
			"unknown", "out/bundle/stray", func(path string) { require.NoError(t, os.WriteFile(path, nil, 0o600)) }, false,
			"stray is not in the manifest",
		},
		{
			"link", lib + "libx.so", func(path string) { require.NoError(t, os.Symlink("libcufft.so.12", path)) }, false,
			"lib/libx.so is no regular file",
		},
		{"undefined symbol", lib + "libonnxruntime_providers_cuda.so", func(string) {
			toy.compile("broken", "extern int nobody(void); void *GetProvider(void) { return (void *)(long)nobody(); }",
				"-shared", "-fPIC", "-Wl,-soname,libonnxruntime_providers_cuda.so", "-Wl,-rpath,$ORIGIN")
			replace(lib+"libonnxruntime_providers_cuda.so", "broken")
		}, true, "undefined symbol: nobody"},
		{"library that does not load", lib + "libnvJitLink.so.13", func(string) {
			toy.compile("broken", "extern int nobody(void); int jit(void) { return nobody(); }", "-shared",
				"-fPIC", "-Wl,-soname,libnvJitLink.so.13", "-Wl,-rpath,$ORIGIN")
			replace(lib+"libnvJitLink.so.13", "broken")
		}, true, "in an empty root, libcufft.so.12 opens libnvJitLink.so.13"},
	} {
		path, manifest := toy.path(test.file), toy.path("out/bundle/manifest.json")
		before, beforeErr := os.ReadFile(path)
		said, err := os.ReadFile(manifest)
		require.NoError(t, err)
		test.harm(path)
		if test.sign {
			sign(t, toy.path("out/bundle"), strings.TrimPrefix(test.file, "out/bundle/"))
		}
		report, err := toy.check()
		if err == nil && report.Skipped != "" {
			testkit.Skip(t, report.Skipped)
		}
		require.ErrorContains(t, err, test.want, test.name)
		require.Contains(t, fault.Format(err), "next: make the bundle anew", test.name)
		require.NoError(t, os.WriteFile(manifest, said, 0o600))
		require.NoError(t, errIgnoringMissing(os.Remove(path)))
		if beforeErr == nil {
			require.NoError(t, os.WriteFile(path, before, 0o600))
		}
	}
	_, err := toy.check()
	require.NoError(t, err, "all faults were undone")
	require.NoError(t, os.Remove(toy.path("out/bundle/manifest.json")))
	_, err = toy.check()
	require.ErrorIs(t, err, bundle.ErrNoBundle)
}

func errIgnoringMissing(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// sign makes the manifest agree with a file, as someone who replaced it with care would.
func sign(t *testing.T, dir, name string) {
	t.Helper()
	m, err := bundle.ReadManifest(dir)
	require.NoError(t, err)
	files := m.Files[:0:0]
	for _, file := range m.Files {
		if file.Path != name {
			files = append(files, file)
		}
	}
	if sum, size, err := digest.OfFile(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
		files = append(files, bundle.File{Path: name, Size: size, SHA256: sum})
	}
	m.Files = files
	var text bytes.Buffer
	require.NoError(t, json.NewEncoder(&text).Encode(m))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "manifest.json"), text.Bytes(), 0o600))
}

func TestABundleIsCheckedThroughALink(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.bundled()
	link := filepath.Join(t.TempDir(), "current")
	require.NoError(t, os.Symlink(toy.path("out/bundle"), link))
	report, err := bundle.Check(t.Context(), bundle.CheckInput{Dir: link, Runner: toy.runner})
	require.NoError(t, err)
	require.NotZero(t, report.Files)
}

func TestWhatKeepsACheckFromTryingIsNoFaultOfTheBundle(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.bundled()
	_, err := bundle.Check(t.Context(), bundle.CheckInput{Dir: toy.path("out/bundle"), Runner: toy.runner, CC: "/no/such/cc"})
	require.ErrorContains(t, err, "checking a bundle: making an empty root: compiling a program")
	require.NotContains(t, fault.Format(err), "make the bundle anew")
}
