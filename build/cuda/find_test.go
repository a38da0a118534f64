package cuda_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

func TestTheToolkitInPATHComesFirst(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	write(t, filepath.Join(root, "path"), toolkit("12.4"))
	write(t, filepath.Join(root, "system", "cuda"), toolkit("12.9"))
	got, cudnn, err := f.Find(t.Context(), minimalWant(t))
	require.NoError(t, err)
	require.Equal(t, cuda.Toolkit{
		Home: filepath.Join(root, "path"), NVCC: filepath.Join(root, "path", "bin", "nvcc"), Origin: cuda.Machine,
		Include: filepath.Join(root, "path", "include"), Lib: filepath.Join(root, "path", "lib64"),
		Version: cuda.Version{Major: 12, Minor: 4}, Full: "12.4.86", Known: []string{
			"compute_75", "compute_80", "compute_86", "compute_89", "compute_90", "sm_75", "sm_80", "sm_86", "sm_89", "sm_90",
		},
	}, got)
	require.Empty(t, cudnn.Version, "a minimal build needs none")

	want := minimalWant(t)
	want.Version = "12.9"
	got, _, err = f.Find(t.Context(), want)
	require.NoError(t, err, "the version that was asked for comes first")
	require.Equal(t, filepath.Join(root, "system", "cuda"), got.Home)

	want = minimalWant(t)
	want.Architectures, err = cuda.ParseArchitectures("120")
	require.NoError(t, err)
	got, _, err = f.Find(t.Context(), want)
	require.NoError(t, err, "one that does not know the architecture is passed over")
	require.Equal(t, "12.9", got.Version.String())
}

func TestAChosenToolkitIsUsedOrRefused(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	write(t, filepath.Join(root, "system", "cuda"), toolkit("12.9"))
	for name, c := range map[string]struct {
		files map[string]string
		why   string
	}{
		"empty":       {map[string]string{"x": ""}, "it has no bin/nvcc"},
		"headers":     {map[string]string{"bin/nvcc": "12.9", "lib/libcudart.so": ""}, "it has no cuda_runtime.h in include, targets/x86_64-linux/include"},
		"library":     {map[string]string{"bin/nvcc": "12.9", "include/cuda_runtime.h": "", "lib/libcudart.so.12": ""}, "it has no libcudart.so in lib64, lib"},
		"broken":      {toolkit(""), "its nvcc does not run: cannot execute"},
		"other":       {toolkit("I am nvcc"), "nvcc --version does not tell a release"},
		"unsupported": {toolkit("11.8"), "is built with CUDA 12.4, 12.8, 12.9, 13.0 and no other"},
	} {
		home := filepath.Join(root, name)
		write(t, home, c.files)
		f.CUDAHome = home
		_, _, err := f.Find(t.Context(), minimalWant(t))
		require.ErrorContains(t, err, c.why, name)
		require.ErrorContains(t, err, home)
		require.Contains(t, fault.Format(err), "ORT_CUDA_HOME")
		_, _, err = f.Provide(t.Context(), minimalWant(t), nil)
		require.ErrorContains(t, err, c.why, "it is not replaced by another")
	}
	whole := minimalWant(t)
	whole.Minimal = false
	f.CUDAHome = filepath.Join(root, "without cuDNN")
	write(t, f.CUDAHome, toolkit("12.9"))
	_, _, err := f.Find(t.Context(), whole)
	require.ErrorContains(t, err, "find cuDNN (for CUDA 12.9")
	require.Contains(t, fault.Format(err), "next: set ORT_CUDNN_HOME", "another toolkit is not what is missing")

	f.CUDAHome = filepath.Join(root, "targets")
	write(t, f.CUDAHome, map[string]string{
		"bin/nvcc": "12.9", "targets/x86_64-linux/include/cuda_runtime.h": "", "targets/x86_64-linux/lib/libcudart.so": "",
	})
	got, _, err := f.Find(t.Context(), minimalWant(t))
	require.NoError(t, err)
	require.Equal(t, filepath.Join(f.CUDAHome, "targets", "x86_64-linux", "lib"), got.Lib)
}

func TestWithoutAToolkitTheErrorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	_, _, err := f.Find(t.Context(), minimalWant(t))
	require.ErrorContains(t, err, "there is no nvcc in PATH, and no cuda in /usr/local")
	require.Contains(t, fault.Format(err), "next: install one and set ORT_CUDA_HOME")

	write(t, filepath.Join(root, "path"), toolkit("12.4"))
	want := minimalWant(t)
	want.HostGCC = 14
	_, _, err = f.Find(t.Context(), want)
	require.ErrorContains(t, err, filepath.Join(root, "path"))
	require.ErrorContains(t, err, "its nvcc takes GCC up to 13, and the compiler is GCC 14")
	require.Contains(t, fault.Format(err), "set CC and CXX to gcc-13")

	want.Version = "12"
	_, _, err = f.Find(t.Context(), want)
	require.Contains(t, fault.Format(err), "ORT_CUDA_VERSION")
}

func TestANVCCBehindALinkIsItsOwnHome(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	real := filepath.Join(root, "opt", "cuda-12.9")
	write(t, real, toolkit("12.9"))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "path", "bin"), 0o755))
	require.NoError(t, os.Symlink(filepath.Join(real, "bin", "nvcc"), filepath.Join(root, "path", "bin", "nvcc")))
	got, _, err := f.Find(t.Context(), minimalWant(t))
	require.NoError(t, err)
	require.Equal(t, real, got.Home)
}
