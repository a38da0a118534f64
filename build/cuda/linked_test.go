package cuda_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
)

func TestACUDNNAmongOtherPackagesGetsAFolderForItself(t *testing.T) {
	t.Parallel()
	system, dir := t.TempDir(), t.TempDir()
	for _, name := range []string{"cudnn.h", "cudnn_version.h", "zlib.h", "libcudnn.so.9", "libcudnn_ops.so.9", "libz.so"} {
		require.NoError(t, os.WriteFile(filepath.Join(system, name), []byte(name), 0o600))
	}
	own := cuda.CUDNN{Home: filepath.Join(system, "cudnn"), Version: "9.13.0"}
	f := &cuda.Finder{Dir: dir}
	same, err := f.Alone(t.Context(), own)
	require.NoError(t, err)
	require.Equal(t, own, same)

	shared := cuda.CUDNN{Home: "/usr", Include: system, Lib: system, Version: "9.13.0"}
	for range 2 {
		alone, err := f.Alone(t.Context(), shared)
		require.NoError(t, err)
		require.Equal(t, "9.13.0", alone.Version)
		for folder, want := range map[string][]string{
			alone.Include: {"cudnn.h", "cudnn_version.h"}, alone.Lib: {"libcudnn.so.9", "libcudnn_ops.so.9"},
		} {
			var names []string
			entries, err := os.ReadDir(folder)
			require.NoError(t, err)
			for _, entry := range entries {
				names = append(names, entry.Name())
				text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
				require.NoError(t, err)
				require.Equal(t, entry.Name(), string(text))
			}
			require.Equal(t, want, names)
		}
	}
}

func TestTheFolderOfTheSystemsCUDNNIsNotTakenFromUnderABuild(t *testing.T) {
	t.Parallel()
	system, dir := t.TempDir(), t.TempDir()
	header := filepath.Join(system, "cudnn.h")
	require.NoError(t, os.WriteFile(header, nil, 0o600))
	shared := cuda.CUDNN{Home: "/usr", Include: system, Lib: system, Version: "9.13.0"}
	first, err := (&cuda.Finder{Dir: dir}).Alone(t.Context(), shared)
	require.NoError(t, err)
	before, err := os.Lstat(filepath.Join(first.Include, "cudnn.h"))
	require.NoError(t, err)

	again, err := (&cuda.Finder{Dir: dir}).Alone(t.Context(), shared)
	require.NoError(t, err)
	require.Equal(t, first, again)
	after, err := os.Lstat(filepath.Join(first.Include, "cudnn.h"))
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after), "what is right stays")

	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "cudnn.h"), nil, 0o600))
	shared.Include = other
	_, err = (&cuda.Finder{Dir: dir}).Alone(t.Context(), shared)
	require.NoError(t, err)
	target, err := os.Readlink(filepath.Join(first.Include, "cudnn.h"))
	require.NoError(t, err)
	require.Equal(t, filepath.Join(other, "cudnn.h"), target, "what is not is made anew")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 2, "the home and the lock")
}
