//go:build built && linux

package consumer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/devicecode"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
)

// Without a driver all of CUDA's provider can be tried but its kernels: it is there, it knows its options, and its
// exceptions arrive as an error of the C API. 35 is cudaErrorInsufficientDriver.
func TestProvidersCUDAWithoutADriverIsACleanError(t *testing.T) {
	t.Parallel()
	if devices, _ := filepath.Glob("/dev/nvidia[0-9]*"); len(devices) > 0 {
		t.Skip("this machine has a GPU")
	}
	for form, variable := range bothForms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			tree := needTree(t, variable, "cuda")
			program := link(t, tree, source(t, "cuda.c"))
			requireWhole(t, program)
			r := start(t, libraryPath(tree), program, source(t, "chain.onnx"))
			require.NoError(t, r.err, "%v\n%s", r.facts, r.log)
			require.Contains(t, r.facts["available"], "CUDAExecutionProvider")
			require.Len(t, r.facts["options"], 1)
			require.Contains(t, r.facts["options"][0], "gpu_mem_limit=123456789")
			require.Empty(t, r.facts["session"])
			require.Len(t, r.facts["status"], 1)
			require.Contains(t, r.facts["status"][0], "CUDA failure 35")

			opened := strings.Join(r.facts["library"], " ")
			if form == "static" {
				require.Empty(t, opened)
				require.NotContains(t, strings.Join(needed(t, program), " "), "cudart")
				return
			}
			require.Contains(t, opened, "libonnxruntime_providers_cuda.so")
			// Without the toolkit's libraries it is an error too, and says which one is missing.
			if os.Getenv("LD_LIBRARY_PATH") == "" {
				r = start(t, nil, program, source(t, "chain.onnx"))
				require.NotEmpty(t, r.facts["status"], "%v %v", r.facts, r.err)
			}
		})
	}
}

// The build looked for device code where it is, and found what was asked for.
func TestProvidersCUDAAuditIsAboutTheDeviceCode(t *testing.T) {
	t.Parallel()
	for form, library := range map[string]string{"shared": "libonnxruntime_providers_cuda.so", "static": "libonnxruntime.a"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			tree := needTree(t, bothForms[form], "cuda")
			manifest, err := install.ReadManifest(filepath.Join(tree, install.ManifestFile))
			require.NoError(t, err)
			require.NotEmpty(t, manifest.Audit.Capabilities)
			require.Len(t, manifest.Audit.Device, 1)
			device := manifest.Audit.Device[0]
			require.Equal(t, library, device.Library)
			require.NotEmpty(t, device.Groups)
			require.Empty(t, device.Missing)
			code, err := devicecode.Read(filepath.Join(tree, "lib", library))
			require.NoError(t, err)
			require.Equal(t, code.Summary(), device.Groups)
			require.Zero(t, code.Relocatable())
		})
	}
}
