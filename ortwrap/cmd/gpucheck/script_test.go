package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// script is the path of ci/gpu-check, which only a checkout has.
func script(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../../ci/gpu-check")
	require.NoError(t, err)
	for _, need := range []string{path, "/bin/bash"} {
		if _, err := os.Stat(need); err != nil {
			t.Skipf("it takes %s", need)
		}
	}
	return path
}

// packed is a folder as pack makes it, with programs that are shell scripts, or this test program for "".
func packed(t *testing.T, programs map[string]string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	for variant, text := range programs {
		require.NoError(t, os.Mkdir(filepath.Join(dir, variant), 0o700))
		path := filepath.Join(dir, variant, "gpucheck")
		if text == "" {
			require.NoError(t, os.Symlink(self, path))
		} else {
			require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700))
		}
	}
	return dir
}

func gpuCheck(t *testing.T, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), script(t), args...).CombinedOutput()
	return string(out), err
}

func TestTheScriptChecksEveryProgramOfAFolder(t *testing.T) {
	t.Parallel()
	if build, err := ortwrap.BuildInfo(); err != nil || build.Link != ortwrap.LinkStatic {
		t.Skip("no static program can be made of this one")
	}
	path := filepath.Join(t.TempDir(), "all.json")
	out, err := gpuCheck(t, "run", "--dry-run", "--json", path, packed(t, map[string]string{"hybrid": "", "static": ""}))
	require.NoError(t, err, out)
	require.Regexp(t, `(?m)^hybrid +- +exit, nothing given back +passed$`, out)
	require.Regexp(t, `(?m)^static +- +3 environments +passed$`, out)
	require.Contains(t, out, "gpu-check: dry run: no GPU was used\ngpu-check: all good\n")
	list, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(list), `"variant": "hybrid"`)
	require.Contains(t, string(list), `"variant": "static"`)
}

func TestTheScriptFailsWhereAProgramDoes(t *testing.T) {
	t.Parallel()
	failed := `{"variant": "static", "checks": [{"name": "exit", "verdict": "failed", "text": "signal 11"}]}`
	for want, text := range map[string]string{
		"the static program has ended with code 139 and no report":    "echo segmentation fault >&2; exit 139",
		`(?m)^static +- +exit +failed +signal 11$`:                    `echo '` + failed + `' > $5; exit 1`,
		"the static program has ended with code 139 after its report": `echo '{"variant": "static"}' > $5; exit 139`,
	} {
		out, err := gpuCheck(t, "--dry-run", packed(t, map[string]string{"hybrid": "", "static": text}))
		require.ErrorContains(t, err, "exit status 1")
		require.Regexp(t, want, out)
	}
}

func TestTheScriptFailsWithoutAGPU(t *testing.T) {
	t.Parallel()
	if list, err := ortwrap.Devices(); err == nil && len(list) > 0 {
		t.Skip("this machine has a GPU")
	}
	out, err := gpuCheck(t, "run", packed(t, map[string]string{"hybrid": ""}))
	require.ErrorContains(t, err, "exit status 1")
	require.Contains(t, out, "gpucheck: no GPU to check: GPU can't be used: no NVIDIA driver")
	require.Contains(t, out, "has no static program: not checked")
}

func TestWrongUseOfTheScriptIsAnError(t *testing.T) {
	t.Parallel()
	empty, full, tree := t.TempDir(), packed(t, map[string]string{"hybrid": "true"}), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(tree, "lib", "pkgconfig"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(tree, "lib", "pkgconfig", "libonnxruntime.pc"), nil, 0o600))
	for want, args := range map[string][]string{
		"unknown command ''":                  {},
		"name the folder that pack has made":  {"run"},
		"there is no program in " + empty:     {"run", empty},
		"run: unknown option --fast":          {"run", "--fast"},
		"--json needs a value":                {"run", "--json"},
		"pack: name the folder to make":       {"pack"},
		"give --hybrid TREE, --static TREE":   {"pack", empty},
		full + " is not empty":                {"pack", full, "--static", empty},
		"it has no lib/pkgconfig/libonnxrunt": {"pack", filepath.Join(empty, "new"), "--static", empty},
		"it is not hybrid":                    {"pack", filepath.Join(empty, "new"), "--hybrid", tree},
		empty + " has no libraries":           {"pack", filepath.Join(empty, "new"), "--static", tree, "--libs", empty},
	} {
		out, err := gpuCheck(t, args...)
		require.ErrorContains(t, err, "exit status 1")
		require.Contains(t, out, want)
	}
}

func TestPackPutsEverythingIntoOneFolder(t *testing.T) {
	t.Parallel()
	// A go command that makes a program of nothing, and says what it was told.
	tools, tree := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(tools, "go"),
		[]byte("#!/bin/sh\necho \"$PKG_CONFIG_PATH $LIBRARY_PATH $*\" > $3\n"), 0o700))
	for _, name := range []string{
		"lib/pkgconfig/libonnxruntime.pc", "lib/libonnxruntime_providers_cuda.so",
		"lib/libonnxruntime_providers_shared.so", "cuda/libcudart.so.13",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(tree, filepath.Dir(name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(tree, name), nil, 0o600))
	}
	dir := filepath.Join(t.TempDir(), "packed")
	c := exec.CommandContext(t.Context(), script(t), "pack", dir, "--hybrid", tree, "--static", tree,
		"--libs", filepath.Join(tree, "cuda"), "--tar")
	c.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"))
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)

	list, err := exec.CommandContext(t.Context(), "tar", "-tzf", dir+".tar.gz").Output()
	require.NoError(t, err)
	for _, name := range []string{
		"gpu-check", "hybrid/gpucheck", "static/gpucheck", "lib/libcudart.so.13",
		"hybrid/libonnxruntime_providers_cuda.so", "hybrid/libonnxruntime_providers_shared.so",
		"hybrid/libcudart.so.13", "static/libcudart.so.13",
	} {
		require.Contains(t, string(list), "packed/"+name+"\n")
	}
	require.NotContains(t, string(list), "static/libonnxruntime")
	told, err := os.ReadFile(filepath.Join(dir, "static", "gpucheck"))
	require.NoError(t, err)
	require.Contains(t, string(told), tree+"/lib/pkgconfig "+dir+"/lib", "the linker is not shown the libraries")
	require.Contains(t, string(told), " build -o ")
	require.Contains(t, string(told), "-Wl,--disable-new-dtags -Wl,-rpath,$ORIGIN -Wl,-rpath,$ORIGIN/../lib")
}
