package cuda_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

var (
	amd64 = spec.Platform{OS: "linux", Arch: "amd64"}
	arm64 = spec.Platform{OS: "linux", Arch: "arm64"}
)

func TestEveryArchiveIsPinned(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for line, versions := range cuda.Provisions() {
		for _, version := range versions {
			for _, platform := range []spec.Platform{amd64, arm64} {
				pins, err := cuda.Pins(version, platform, false)
				require.NoError(t, err)
				if version != "12.9" && platform == arm64 {
					require.Empty(t, pins, "none is known")
					continue
				}
				require.Greater(t, len(pins), 4)
				names := map[string]bool{}
				for _, pin := range pins {
					require.False(t, names[pin.Name], "%s twice in %s", pin.Name, version)
					names[pin.Name] = true
					require.False(t, pin.SHA256.IsZero(), pin)
					require.Positive(t, pin.Size, pin)
					require.Regexp(t, `^[a-z0-9_]+$`, pin.Name)
					ways := 0
					if pin.PyPI != "" {
						ways++
						wheel := strings.ReplaceAll(strings.Replace(pin.PyPI, "==", "@", 1), "-", "_")
						require.True(t, strings.HasPrefix(pin.Wheel, strings.Replace(wheel, "@", "-", 1)+"-"), pin.Wheel)
						require.Equal(t, pin.Wheel, pin.File())
					}
					if pin.Debian != "" {
						ways++
						require.True(t, strings.HasPrefix(pin.Debian, "pool/") && strings.HasSuffix(pin.Debian, ".deb"), pin.Debian)
					}
					for _, url := range pin.URLs {
						ways++
						require.Regexp(t, `^https://[a-z.]+/compute/(cuda|cudnn)/redist/\S+-archive\.tar\.xz$`, url)
						require.Equal(t, path.Base(path.Dir(url)), map[string]string{"amd64": "linux-x86_64", "arm64": "linux-sbsa"}[platform.Arch])
					}
					require.Equal(t, 1, ways, pin)
				}
				minimal, err := cuda.Pins(version, platform, true)
				require.NoError(t, err)
				var sum int64
				for _, pin := range minimal {
					require.True(t, slices.ContainsFunc(pins, func(p pinned) bool { return p.SHA256 == pin.SHA256 }))
					sum += pin.Size
				}
				require.True(t, version == "12.4" || sum < 150<<20, "a minimal build fetches no mathematics")
				require.Equal(t, version != "12.4", cuda.Full(version, platform))
			}
			v, err := cuda.ParseVersion(version)
			require.NoError(t, err)
			archs, err := cuda.ParseArchitectures("90")
			require.NoError(t, err)
			require.NoError(t, cuda.Supported(line, cuda.Toolkit{Version: v}, cuda.CUDNN{}, archs, 12), "what is provided is supported")
			seen[version] = true
		}
	}
	require.Len(t, seen, 3)
	_, err := cuda.Pins("11.0", amd64, false)
	require.ErrorContains(t, err, "no way is known to provide CUDA 11.0")
}

func TestEntriesOfArchivesComeToTheirPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ version, part, entry, want string }{
		{"13.0", "nvcc", "nvidia/cu13/bin/nvcc", "bin/nvcc"},
		{"13.0", "nvcc", "nvidia/cu13", ""},
		{"13.0", "nvcc", "nvidia/__init__.py", ""},
		{"13.0", "nvcc", "nvidia_cuda_nvcc-13.0.88.dist-info/RECORD", ""},
		{"13.0", "nvcc", "nvidia_cuda_nvcc-13.0.88.dist-info/licenses/License.txt", "licenses/nvcc/License.txt"},
		{"13.0", "nvrtc", "nvidia/cu13/lib/libnvrtc.so.13", "lib/libnvrtc.so.13"},
		{"13.0", "nvrtc", "nvidia/cu13/lib/libnvrtc.alt.so.13", ""},
		{"13.0", "cusparse", "nvidia/cu13/include/cusparse.h", "include/cusparse.h"},
		{"13.0", "cusparse", "nvidia/cu13/lib/libcusparse.so.12", ""},
		{"13.0", "cudnn", "nvidia/cudnn/lib/libcudnn.so.9", "cudnn/lib/libcudnn.so.9"},
		{"12.9", "cudart", "cuda_cudart-linux-x86_64-12.9.79-archive/lib/stubs/libcuda.so", "lib/stubs/libcuda.so"},
		{"12.9", "cudart", "cuda_cudart-linux-x86_64-12.9.79-archive/lib/libcudart_static.a", "lib/libcudart_static.a"},
		{"12.9", "cublas", "libcublas-linux-x86_64-12.9.1.4-archive/lib/libcublasLt_static.a", ""},
		{"12.9", "cublas", "libcublas-linux-x86_64-12.9.1.4-archive/lib/libcublasLt.so.12", "lib/libcublasLt.so.12"},
		{"12.9", "cublas", "libcublas-linux-x86_64-12.9.1.4-archive/LICENSE", "licenses/cublas/LICENSE"},
		{"12.9", "cublas", "libcublas-linux-x86_64-12.9.1.4-archive", ""},
		{"12.9", "cudnn", "cudnn-linux-x86_64-9.13.0.50_cuda12-archive/include/cudnn.h", "cudnn/include/cudnn.h"},
		{"12.9", "cudnn", "cudnn-linux-x86_64-9.13.0.50_cuda12-archive/lib/libcudnn_ops_static_v9.a", ""},
		{"12.4", "nvcc", "usr/bin/nvcc", ""},
		{"12.4", "nvcc", "usr/bin/ptxas", "bin/ptxas"},
		{"12.4", "nvcc", "usr/lib/nvidia-cuda-toolkit/bin/nvcc", "bin/nvcc"},
		{"12.4", "nvcc", "usr/lib/nvidia-cuda-toolkit/bin/nvcc.profile", ""},
		{"12.4", "nvcc", "usr/lib/nvidia-cuda-toolkit/bin/g++", ""},
		{"12.4", "nvcc", "usr/lib/nvidia-cuda-toolkit/bin/crt/link.stub", "bin/crt/link.stub"},
		{"12.4", "nvcc", "usr/lib/nvidia-cuda-toolkit/bin/cicc", "nvvm/bin/cicc"},
		{"12.4", "headers", "usr/lib/x86_64-linux-gnu/libcudart_static.a", "lib/libcudart_static.a"},
		{"12.4", "headers", "usr/lib/x86_64-linux-gnu/libcublasLt_static.a", ""},
		{"12.4", "headers", "usr/share/doc/nvidia-cuda-dev/copyright", "licenses/headers/copyright"},
	} {
		got, ok, err := cuda.Place(c.version, c.part, c.entry)
		require.NoError(t, err)
		require.Equal(t, c.want != "", ok, "%s %s", c.part, c.entry)
		if ok {
			require.Equal(t, c.want, got, c.entry)
		}
	}
}
