package cuda_test

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

var (
	archives = flag.String("archives", "", "folder with the archives of toolkits, to provide them for real")
	version  = flag.String("cuda", "13.0", "version of the toolkit to provide")
	minimal  = flag.Bool("minimal", true, "provide what a minimal build needs")
	numbers  = flag.String("archs", "90", "architectures to compile for")
	keep     = flag.String("dir", "", "folder for the toolkits, which stays; empty: a temporary one")
	host     = flag.String("host", "g++", "host compiler")
)

// program uses what ONNX Runtime's kernels use: the runtime, half floats, CUB, Thrust and libcu++.
const program = `#include <cuda_runtime.h>
#include <cuda_fp16.h>
#include <cub/cub.cuh>
#include <thrust/sort.h>
#include <thrust/device_ptr.h>
#include <cuda/std/limits>
__global__ void scale(half* x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] = __hmul(x[i], __float2half(cuda::std::numeric_limits<float>::min()));
}
int sum(int* in, int* out, int n) {
  size_t bytes = 0;
  cub::DeviceReduce::Sum(nullptr, bytes, in, out, n);
  thrust::sort(thrust::device_ptr<int>(in), thrust::device_ptr<int>(in) + n);
  scale<<<1, 32>>>(nullptr, 0);
  return static_cast<int>(bytes);
}
int main() { int count = 0; return cudaGetDeviceCount(&count) == cudaSuccess ? 0 : 35; }
`

// A toolkit is made of real archives, and compiles and links:
//
//	go test -run ForReal ./build/cuda/ -args -archives FOLDER [-cuda 12.4 -host g++-12] [-minimal=false -archs "90;120"]
func TestToolkitsForReal(t *testing.T) {
	t.Parallel()
	if *archives == "" {
		t.Skip("it needs archives of some 100 MB: run it by hand with -args -archives FOLDER")
	}
	archs, err := cuda.ParseArchitectures(*numbers)
	require.NoError(t, err)
	runner := &run.Exec{Env: []string{"PATH=" + os.Getenv("PATH")}, Log: t.Output()}
	out, err := run.Output(t.Context(), runner, run.Cmd{Path: *host, Args: []string{"-dumpversion"}})
	require.NoError(t, err)
	major, _, _ := strings.Cut(out, ".")
	gcc, err := strconv.Atoi(major)
	require.NoError(t, err)
	dir := *keep
	if dir == "" {
		dir = filepath.Join(t.TempDir(), "a folder")
	}
	finder := &cuda.Finder{Runner: runner, Dir: dir, Platform: spec.Host()}
	finder.Fetch = func(_ context.Context, pin release.Pin) (string, error) {
		path := filepath.Join(*archives, pin.File())
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		return path, nil
	}
	want := cuda.Want{Line: "1.23", Version: *version, Architectures: archs, Minimal: *minimal, HostGCC: gcc}
	toolkit, cudnn, err := finder.Provide(t.Context(), want, func(line string) { t.Log(line) })
	require.NoError(t, err)
	t.Log(toolkit, toolkit.Known, cudnn)
	require.Equal(t, *version, toolkit.Version.String())
	require.Equal(t, *minimal, cudnn.Version == "")

	again, _, err := finder.Find(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, toolkit, again, "it is found, not made anew")

	temp := t.TempDir()
	source, object, exe := filepath.Join(temp, "k.cu"), filepath.Join(temp, "k.o"), filepath.Join(temp, "k")
	require.NoError(t, os.WriteFile(source, []byte(program), 0o600))
	args := []string{"-std=c++17", "-ccbin", *host, "--threads", "1", "-c", source, "-o", object}
	for _, name := range archs.Code("1.23") {
		virtual := strings.Replace(name, "sm_", "compute_", 1)
		args = append(args, "-gencode", "arch="+virtual+",code="+name)
	}
	require.NoError(t, runner.Run(t.Context(), run.Cmd{Path: toolkit.NVCC, Args: args}))
	require.NoError(t, runner.Run(t.Context(), run.Cmd{Path: toolkit.NVCC, Args: []string{"-ccbin", *host, object, "-o", exe}}))
	_, err = os.Stat(exe)
	require.NoError(t, err)
}
