package dnnl_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/dnnl"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

var (
	commit = strings.Repeat("ab12", 10)
	other  = strings.Repeat("cd34", 10)
)

// versionHeader is the text of dnnl_version.h.
func versionHeader(major int, commit string) string {
	return fmt.Sprintf("/// Major version\n#define DNNL_VERSION_MAJOR %d\n\n#define DNNL_VERSION_MINOR 2\n#define DNNL_VERSION_PATCH 0\n"+
		"#define DNNL_VERSION_HASH  %q\n", major, commit)
}

// library makes a shared library of that SONAME which knows its commit.
func library(t *testing.T, path, soname, commit string) {
	t.Helper()
	if spec.Host().OS != "linux" {
		t.Skip("shared libraries of Linux")
	}
	source := filepath.Join(t.TempDir(), "a.c")
	require.NoError(t, os.WriteFile(source, fmt.Appendf(nil, "const char* commit = %q;\n", commit), 0o600))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	cc := testkit.NeedTool(t, "cc")
	out, err := exec.CommandContext(t.Context(), cc, "-shared", "-fPIC", "-Wl,-soname,"+soname, "-o", path, source).CombinedOutput()
	require.NoError(t, err, string(out))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// home makes a home of oneDNN 3.2.0.
func home(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "one dnn")
	library(t, filepath.Join(dir, "lib", dnnl.Soname), dnnl.Soname, commit)
	write(t, filepath.Join(dir, "include/dnnl.hpp"), "")
	write(t, filepath.Join(dir, "include/oneapi/dnnl/dnnl_version.h"), versionHeader(3, commit))
	return dir
}

func TestFindChecksAHomeThatAPersonNamed(t *testing.T) {
	t.Parallel()
	dir := home(t)
	h, err := dnnl.Find(spec.Host(), dir)
	require.NoError(t, err)
	require.Equal(t, "3.2.0", h.Version)
	require.Equal(t, filepath.Join(dir, "lib/libdnnl.so.3"), h.Library)
	require.False(t, h.SHA256.IsZero())
	require.Empty(t, h.Notices)
	require.Equal(t, "oneDNN 3.2.0 ("+dir+")", h.String())

	// A build from a tarball has no commit; a newer release has it in a file of its own.
	write(t, filepath.Join(dir, "include/oneapi/dnnl/dnnl_version.h"), versionHeader(3, "N/A"))
	_, err = dnnl.Find(spec.Host(), dir)
	require.NoError(t, err)
	write(t, filepath.Join(dir, "include/oneapi/dnnl/dnnl_version_hash.h"), "#define DNNL_VERSION_HASH \""+other+"\"\n")
	_, err = dnnl.Find(spec.Host(), dir)
	require.ErrorContains(t, err, "its library is of another")
}

func TestFindSaysWhatAHomeLacks(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(dir string){
		"it has no headers":           func(dir string) { require.NoError(t, os.RemoveAll(filepath.Join(dir, "include"))) },
		"there is no ":                func(dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "include/dnnl.hpp"))) },
		"it has headers and no lib":   func(dir string) { require.NoError(t, os.RemoveAll(filepath.Join(dir, "lib"))) },
		"not a shared library":        func(dir string) { write(t, filepath.Join(dir, "lib", dnnl.Soname), "text") },
		"its SONAME is [libdnnl.so.2": func(dir string) { library(t, filepath.Join(dir, "lib", dnnl.Soname), "libdnnl.so.2", commit) },
		"its library is of another":   func(dir string) { library(t, filepath.Join(dir, "lib", dnnl.Soname), dnnl.Soname, other) },
		"gives no version":            func(dir string) { write(t, filepath.Join(dir, "include/oneapi/dnnl/dnnl_version.h"), "") },
		"are of oneDNN 2.2.0, and": func(dir string) {
			write(t, filepath.Join(dir, "include/oneapi/dnnl/dnnl_version.h"), versionHeader(2, commit))
		},
	} {
		dir := home(t)
		spoil(dir)
		_, err := dnnl.Find(spec.Host(), dir)
		require.ErrorContains(t, err, want)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Contains(t, f.Hint, "ORT_DNNL_HOME")
	}
	foreign := map[string]string{"amd64": "arm64", "arm64": "amd64"}[spec.Host().Arch]
	_, err := dnnl.Find(spec.Platform{OS: "linux", Arch: foreign}, home(t))
	require.ErrorContains(t, err, "not for linux/"+foreign)
	_, err = dnnl.Find(spec.Platform{OS: "darwin", Arch: "arm64"}, home(t))
	require.ErrorIs(t, err, dnnl.ErrPlatform)
}
