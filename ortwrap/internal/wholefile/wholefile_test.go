package wholefile_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/wholefile"
)

// text writes a text.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// file makes a file that says "old".
func file(t *testing.T, dir, name string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	require.NoError(t, os.Chmod(path, mode))
	return path
}

func link(t *testing.T, target, path string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.Symlink(target, path))
	return path
}

// requireText also makes sure that nothing else is left in the folder.
func requireText(t *testing.T, want, path string) {
	t.Helper()
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(got))
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	for _, e := range entries {
		require.False(t, strings.HasPrefix(e.Name(), ".ortwrap-"), "%s is left", e.Name())
	}
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	require.NoError(t, err)
	return info.Mode()
}

func TestAFileIsMadeOrReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a", strings.Repeat("n", 255)} {
		path := filepath.Join(dir, name)
		for _, want := range []string{"first", "second", ""} {
			require.NoError(t, wholefile.Write(path, text(want)))
			requireText(t, want, path)
		}
	}
}

func TestTheOldFilesPermissionsStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, want := range map[string]fs.FileMode{"secret": 0o600, "shared": 0o666, "fixed": 0o444, "none": 0} {
		path := file(t, dir, name, want)
		require.NoError(t, wholefile.Write(path, func(io.Writer) error {
			entries, err := filepath.Glob(filepath.Join(dir, ".ortwrap-*"))
			require.NoError(t, err)
			require.Len(t, entries, 1)
			require.Equal(t, want, mode(t, entries[0]), "while it is written")
			return nil
		}))
		require.Equal(t, want, mode(t, path))
	}
}

func TestWhatALinkLeadsToIsReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := file(t, dir, "real", 0o640)
	for _, l := range []string{
		link(t, path, filepath.Join(dir, "absolute")),
		link(t, "real", filepath.Join(dir, "beside")),
		link(t, "beside", filepath.Join(dir, "chain")),
		link(t, "../real", filepath.Join(dir, "deep", "above")),
	} {
		require.NoError(t, wholefile.Write(l, text(l)))
		requireText(t, l, path)
		require.Equal(t, fs.ModeSymlink, mode(t, l).Type())
		require.Equal(t, fs.FileMode(0o640), mode(t, path))
	}
}

func TestWhatALinkLeadsToIsMade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "far", "away"), 0o700))
	folder := link(t, "far/away", filepath.Join(dir, "folder"))
	for target, want := range map[string]string{
		"new":                           "far/away/new",
		"../above":                      "far/above", // not that of the folder which is a link
		filepath.Join(dir, "elsewhere"): "elsewhere",
	} {
		l := link(t, target, filepath.Join(folder, "to-"+filepath.Base(target)))
		require.NoError(t, wholefile.Write(l, text("new")))
		requireText(t, "new", filepath.Join(dir, want))
		require.Equal(t, fs.ModeSymlink, mode(t, l).Type())
	}
	circle := link(t, "circle", filepath.Join(dir, "circle"))
	require.ErrorIs(t, wholefile.Write(circle, text("")), syscall.ELOOP)
}

func TestPipesAreWrittenTo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for _, path := range []string{pipe, link(t, pipe, filepath.Join(dir, "link"))} {
		got := make(chan string, 1)
		go func() {
			data, _ := os.ReadFile(pipe)
			got <- string(data)
		}()
		require.NoError(t, wholefile.Write(path, text("through")))
		require.Equal(t, fs.ModeNamedPipe, mode(t, pipe).Type(), "before anybody waits for it")
		require.Equal(t, "through", <-got)
	}
	r, w, err := os.Pipe() // as the standard output may be, which /dev/stdout leads to
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, wholefile.Write(link(t, fmt.Sprintf("/dev/fd/%d", w.Fd()), filepath.Join(dir, "out")), text("out")))
	require.NoError(t, w.Close())
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, "out", string(got))
}

func TestAFailureLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := file(t, dir, "a", 0o600)
	reason := errors.New("no more")
	err := wholefile.Write(path, func(w io.Writer) error {
		_, _ = w.Write(make([]byte, 10_000))
		return reason
	})
	require.ErrorIs(t, err, reason)
	require.EqualError(t, err, `writing "`+path+`": no more`)
	requireText(t, "old", path)
}

func TestErrorsNameTheFileThatWasWanted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "none", "a")
	err := wholefile.Write(path, text(""))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.EqualError(t, err, `writing "`+path+`": no such file or directory`)
	require.EqualError(t, wholefile.Write(dir, text("")), `writing "`+dir+`": is a directory`)
	path = filepath.Join(dir, strings.Repeat("n", 256))
	require.EqualError(t, wholefile.Write(path, text("")), `writing "`+path+`": file name too long`)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries, "temporary files are left")
}

// A file that is mounted by itself, as those given to containers are.
func TestAFileThatCannotBeReplacedIsWrittenTo(t *testing.T) {
	t.Parallel()
	busy := func(from, to string) error {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EBUSY}
	}
	dir := t.TempDir()
	path := file(t, dir, "a", 0o600)
	require.NoError(t, wholefile.WriteBy(busy, path, text("in")))
	requireText(t, "in", path)
	path = filepath.Join(dir, "new")
	require.EqualError(t, wholefile.WriteBy(busy, path, text("")), `writing "`+path+`": device or resource busy`)
	require.NoFileExists(t, path)
}

func TestAFolderMayTakeNoNewFiles(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write to every folder")
	}
	dir := t.TempDir()
	path := file(t, dir, "a", 0o600)
	require.NoError(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { require.NoError(t, os.Chmod(dir, 0o700)) })
	require.NoError(t, wholefile.Write(path, text("shorter or longer"))) // with its own permission
	requireText(t, "shorter or longer", path)
	reason := errors.New("no more")
	require.ErrorIs(t, wholefile.Write(path, func(io.Writer) error { return reason }), reason)
	requireText(t, "shorter or longer", path)
	require.NoError(t, os.Chmod(path, 0o400))
	require.ErrorIs(t, wholefile.Write(path, text("")), fs.ErrPermission)
	require.ErrorIs(t, wholefile.Write(filepath.Join(dir, "b"), text("")), fs.ErrPermission)
	requireText(t, "shorter or longer", path)
}
