package cuda_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

func TestACUDNNIsFoundOnlyIfItIsWhole(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	write(t, filepath.Join(root, "path"), toolkit("12.9"))
	want := minimalWant(t)
	want.Minimal = false
	_, _, err := f.Find(t.Context(), want)
	require.ErrorContains(t, err, "find cuDNN (for CUDA 12.9.86")
	require.Contains(t, fault.Format(err), "set ORT_CUDNN_HOME")

	home := filepath.Join(root, "my cudnn")
	cudnn(t, home)
	f.CUDNNHome = home
	_, got, err := f.Find(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, cuda.CUDNN{
		Home: home, Include: filepath.Join(home, "include"), Lib: filepath.Join(home, "lib"), Version: "9.13.0",
	}, got)

	f.CUDNNHome = ""
	require.NoError(t, os.Symlink(home, filepath.Join(root, "path", "cudnn")))
	_, got, err = f.Find(t.Context(), want)
	require.NoError(t, err, "inside of the toolkit")
	require.Equal(t, "9.13.0", got.Version)
}

func TestACUDNNThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	lib := func(home, name string) string { return filepath.Join(home, "lib", name) }
	for name, c := range map[string]struct {
		spoil func(t *testing.T, home string)
		why   string
	}{
		"a part is missing": {func(t *testing.T, home string) {
			require.NoError(t, os.Remove(lib(home, "libcudnn_heuristic.so.9.13.0")))
		}, "a part of cuDNN 9.13.0 is missing: libcudnn_heuristic.so.9"},
		"a part has another version in its name": {func(t *testing.T, home string) {
			require.NoError(t, os.Rename(lib(home, "libcudnn_ops.so.9.13.0"), lib(home, "libcudnn_ops.so.9.8.0")))
			require.NoError(t, os.Remove(lib(home, "libcudnn_ops.so.9")))
			require.NoError(t, os.Symlink("libcudnn_ops.so.9.8.0", lib(home, "libcudnn_ops.so.9")))
		}, "the headers are 9.13.0, libcudnn_ops.so.9 is 9.8.0"},
		"a part has another version inside": {func(t *testing.T, home string) {
			require.NoError(t, os.Remove(lib(home, "libcudnn_graph.so.9")))
			library(t, lib(home, "libcudnn_graph.so.9"), "libcudnn_graph.so.9", 0x90801)
		}, "the headers are 9.13.0, libcudnn_graph.so.9 is 9.8.1"},
		"a part is another library": {func(t *testing.T, home string) {
			require.NoError(t, os.Remove(lib(home, "libcudnn_cnn.so.9")))
			require.NoError(t, os.Symlink("libcudnn_ops.so.9.13.0", lib(home, "libcudnn_cnn.so.9")))
		}, `libcudnn_cnn.so.9 calls itself "libcudnn_ops.so.9"`},
		"a part is cut": {func(t *testing.T, home string) {
			require.NoError(t, os.Truncate(lib(home, "libcudnn_adv.so.9.13.0"), 20))
		}, "libcudnn_adv.so.9 is no shared library"},
		"the headers are of another major version": {func(t *testing.T, home string) {
			write(t, home, map[string]string{"include/cudnn_version.h": cudnnHeader("8.9.7")})
		}, "it is cuDNN 8.9.7, and only cuDNN 9 is supported"},
		"there are no libraries": {func(t *testing.T, home string) {
			require.NoError(t, os.RemoveAll(filepath.Join(home, "lib")))
		}, "it has the headers of cuDNN 9.13.0, but no libcudnn.so.9"},
		"there are no headers": {func(t *testing.T, home string) {
			require.NoError(t, os.RemoveAll(filepath.Join(home, "include")))
		}, "it has no cudnn_version.h"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, root := finder(t)
			write(t, filepath.Join(root, "path"), toolkit("12.9"))
			f.CUDNNHome = filepath.Join(root, "cudnn")
			cudnn(t, f.CUDNNHome)
			c.spoil(t, f.CUDNNHome)
			want := minimalWant(t)
			want.Minimal = false
			_, _, err := f.Find(t.Context(), want)
			require.ErrorContains(t, err, c.why)
			require.Contains(t, fault.Format(err), "ORT_CUDNN_HOME")
		})
	}
}
