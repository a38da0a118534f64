//go:build ortwrap_dlopen

package ortwrap_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// tagModes are the link modes that the build tags allow.
var tagModes = []ortwrap.LinkMode{ortwrap.LinkRuntime}

// A process has one library for good, so each of these tests has a process of its own: this test program, started again
// with one test. The library that they use is the one that ORTWRAP_LIBRARY names.

// goodLibrary is the path of the library that the tests run on.
func goodLibrary(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("GOOD_LIBRARY"); path != "" {
		return path
	}
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err, "set ORTWRAP_LIBRARY to a shared library of ONNX Runtime")
	return build.Library
}

// library makes a shared library from C code.
func library(t *testing.T, code string) string {
	t.Helper()
	cc, err := exec.Command("go", "env", "CC").Output()
	require.NoError(t, err)
	source := filepath.Join(t.TempDir(), "library.c")
	require.NoError(t, os.WriteFile(source, []byte(code), 0o600))
	path := filepath.Join(t.TempDir(), "libsome.so")
	out, err := exec.Command(strings.TrimSpace(string(cc)), "-shared", "-fPIC", "-o", path, source).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

const noLibrary, emptyLibrary = "ORTWRAP_LIBRARY=/no/such.so", "ORTWRAP_LIBRARY="

func TestUnusableLibrariesAreErrorsAndAGoodOneMayFollow(t *testing.T) {
	if !alone(t, "GOOD_LIBRARY="+goodLibrary(t), noLibrary) {
		return
	}
	text := filepath.Join(t.TempDir(), "text.so")
	require.NoError(t, os.WriteFile(text, []byte("text"), 0o600))
	old := `static const char *version(void) { return "1.20.1"; }
		static const struct { void *table; const char *(*version)(void); } base = {0, version};
		const void *OrtGetApiBase(void) { return &base; }`
	cases := []struct {
		name, path string
		want       error
		text       string
	}{
		{"missing file", "/no/libonnxruntime.so", fs.ErrNotExist, "/no/libonnxruntime.so: no such file"},
		{"variable", "", fs.ErrNotExist, "ORTWRAP_LIBRARY: stat /no/such.so"},
		{"folder", "/", ortwrap.ErrLibrary, "the system can't open it: /: "},
		{"missing name", "libno_such.so", ortwrap.ErrLibrary, "the system can't open it: libno_such.so: "},
		{"no library", text, ortwrap.ErrLibrary, "file too short"},
		{"other library", library(t, "int f(void) { return 1; }"), ortwrap.ErrLibrary, "no function OrtGetApiBase"},
		{"no base", library(t, "void *OrtGetApiBase(void) { return 0; }"), ortwrap.ErrLibrary, "is not ONNX Runtime"},
		{"too old", library(t, old), ortwrap.ErrUnsupportedVersion, `version "1.20.1", but 1.21 is the oldest`},
	}
	for _, c := range cases {
		err := ortwrap.UseLibrary(c.path)
		require.ErrorIs(t, err, ortwrap.ErrLibrary, c.name)
		require.ErrorIs(t, err, c.want, c.name)
		require.ErrorContains(t, err, c.text, c.name)
	}
	require.Empty(t, ortwrap.Version())
	_, err := ortwrap.BuildInfo()
	require.ErrorIs(t, err, ortwrap.ErrLibrary)
	require.ErrorIs(t, ortwrap.Initialize(), ortwrap.ErrLibrary)
	_, err = ortwrap.NewScalar(int64(1))
	require.ErrorIs(t, err, ortwrap.ErrLibrary)

	require.NoError(t, ortwrap.UseLibrary(goodLibrary(t)))
	runOne(t, open(t, "constant.onnx"))
	err = ortwrap.UseLibrary(goodLibrary(t))
	require.ErrorIs(t, err, ortwrap.ErrLibrary)
	require.ErrorContains(t, err, "another is in use")
}

func TestARelativePathIsShownInFull(t *testing.T) {
	if !alone(t, "GOOD_LIBRARY="+goodLibrary(t)) {
		return
	}
	path := goodLibrary(t)
	t.Chdir(filepath.Dir(path))
	require.NoError(t, ortwrap.UseLibrary("./"+filepath.Base(path)))
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	require.Equal(t, ortwrap.LinkRuntime, build.Link)
	require.Equal(t, path, build.Library)
}

func TestTheSystemFindsALibraryByItsUsualName(t *testing.T) {
	for _, name := range []string{"libonnxruntime.so", "libonnxruntime.so.1"} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, os.Symlink(goodLibrary(t), filepath.Join(folder, name)))
			if !alone(t, "GOOD_LIBRARY="+goodLibrary(t), emptyLibrary, "LD_LIBRARY_PATH="+folder) {
				return
			}
			require.Contains(t, ortwrap.Version(), "1.")
			build, err := ortwrap.BuildInfo()
			require.NoError(t, err)
			require.Equal(t, name, filepath.Base(build.Library))
		})
	}
}

func TestNoLibraryAtAllSaysWhatToDo(t *testing.T) {
	if !alone(t, "GOOD_LIBRARY="+goodLibrary(t), emptyLibrary, "LD_LIBRARY_PATH=") {
		return
	}
	err := ortwrap.Initialize()
	if err == nil {
		t.Skip("ONNX Runtime is installed on this machine")
	}
	require.ErrorIs(t, err, ortwrap.ErrLibrary)
	require.ErrorContains(t, err, "neither UseLibrary nor ORTWRAP_LIBRARY gave a path")
	require.ErrorContains(t, err, "libonnxruntime.so.1: cannot open")
}
