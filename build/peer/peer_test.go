package peer_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/peer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

var linux = spec.Platform{OS: "linux", Arch: "amd64"}

func pinned(content string) release.Peer {
	return release.Peer{Package: "onnxruntime-node@1.0.0", Libraries: map[string]release.PeerLibrary{
		"linux/amd64": {Path: "package/bin/libonnxruntime.so.1", SHA256: digest.OfBytes([]byte(content))},
	}}
}

// npm is a runner that packs a library with the given content.
func npm(content string) *run.Recorder {
	return &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		file, err := os.Create(filepath.Join(cmd.Args[3], "onnxruntime-node-1.0.0.tgz"))
		if err != nil {
			return err
		}
		zipped := gzip.NewWriter(file)
		archive := tar.NewWriter(zipped)
		for _, name := range []string{"package/bin/other.so", "package/bin/libonnxruntime.so.1"} {
			err = errors.Join(err, archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}))
			_, wrote := archive.Write([]byte(content))
			err = errors.Join(err, wrote)
		}
		return errors.Join(err, archive.Close(), zipped.Close(), file.Close())
	}}
}

func TestTheLibraryIsDownloadedOnceAndOnlyIt(t *testing.T) {
	t.Parallel()
	dir, runner := t.TempDir(), npm("library")
	for range 2 {
		path, err := peer.Library(t.Context(), runner, pinned("library"), linux, dir)
		require.NoError(t, err)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "library", string(content))
		entries, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, entries, 1)
	}
	require.Len(t, runner.Commands(), 1)
	require.Equal(t, "onnxruntime-node@1.0.0", runner.Commands()[0].Args[4])
}

func TestAnotherLibraryThanThePinnedOneIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := peer.Library(t.Context(), npm("other"), pinned("library"), linux, dir)
	require.ErrorContains(t, err, "libonnxruntime.so.1 has digest")
	path, err := peer.Library(t.Context(), npm("library"), pinned("library"), linux, dir)
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(path, []byte("damaged"), 0o600))
	_, err = peer.Library(t.Context(), npm("library"), pinned("library"), linux, dir)
	require.NoError(t, err)
}

func TestAPlatformWithoutALibraryAndAMissingNpmAreTold(t *testing.T) {
	t.Parallel()
	_, err := peer.Library(t.Context(), npm(""), pinned(""), spec.Platform{OS: "plan9", Arch: "amd64"}, t.TempDir())
	require.ErrorIs(t, err, peer.ErrNone)
	absent := &run.Recorder{Answer: func(context.Context, run.Cmd) error { return run.ErrNotFound }}
	_, err = peer.Library(t.Context(), absent, pinned(""), linux, t.TempDir())
	require.ErrorIs(t, err, run.ErrNotFound)
	require.ErrorContains(t, err, "onnxruntime-node@1.0.0")
}
