package fetch_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// disk returns a file system of its own, or skips.
func disk(t *testing.T, flags uintptr, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", flags, options); err != nil {
		testkit.Skip(t, "only root can mount a small disk: "+err.Error())
	}
	t.Cleanup(func() { require.NoError(t, unix.Unmount(dir, unix.MNT_DETACH)) })
	return dir
}

func TestFullDiskSaysHowMuchIsNeeded(t *testing.T) {
	t.Parallel()
	dir := disk(t, 0, "size=128k")
	large := strings.Repeat("x", 1<<20)
	s, mirror := serveText(t, large), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(mirror, "onnx-a.zip"), []byte(large), 0o600))
	pin := release.Pin{
		Name: "onnx", SHA256: digestOf(large), Size: int64(len(large)),
		URLs: []string{s.URL + "/a.zip", s.URL + "/b.zip"},
	}
	for _, m := range []string{"", mirror} {
		c := newClientAt(t, m)
		c.Dir = dir
		_, err := c.Fetch(t.Context(), pin, nil)
		f := requireFault(t, err)
		require.ErrorIs(t, err, unix.ENOSPC)
		require.Contains(t, f.Hint, "onnx-a.zip needs 1.0 MB, 131 kB are free")
		require.Equal(t, dir, f.On)
		requireNothingLeft(t, c)
	}
	require.EqualValues(t, 1, s.requests.Load(), "no other place can help")

	err := newClient(t).Vendor(t.Context(), []release.Pin{pin}, dir)
	require.ErrorIs(t, err, unix.ENOSPC)
	require.NoFileExists(t, filepath.Join(dir, "onnx-a.zip"))
}

func TestReadOnlyFolderSaysSo(t *testing.T) {
	t.Parallel()
	dir := disk(t, unix.MS_RDONLY, "size=64k")
	c := &fetch.Client{Dir: filepath.Join(dir, "downloads"), Transport: http.DefaultTransport}
	_, err := c.Fetch(t.Context(), pinAt("https://example.invalid/a.zip"), nil)
	f := requireFault(t, err)
	require.ErrorIs(t, err, unix.EROFS)
	require.Contains(t, f.Hint, "make this folder writable")
	require.Equal(t, c.Dir, f.On)
}

func TestFolderThatIsAFileSaysSo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	c := &fetch.Client{Dir: path, Transport: http.DefaultTransport}
	_, err := c.Fetch(t.Context(), pinAt("https://example.invalid/a.zip"), nil)
	require.Contains(t, requireFault(t, err).Hint, "ORT_HOME")
	require.ErrorContains(t, err, path)
}
