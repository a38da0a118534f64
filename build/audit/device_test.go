package audit_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/devicecode"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// zstd has SASS for 9.0 and 12.0, and PTX for 12.0.
const zstd = "../devicecode/testdata/zstd.o"

func TestDeviceCodeIsComparedWithWhatWasAsked(t *testing.T) {
	t.Parallel()
	in := library(t, source{"a.cc", sound})
	in.Device = []audit.DeviceLibrary{{Name: "libonnxruntime_providers_cuda.so", Path: zstd}}
	in.Capabilities = "8.6 9.0 12.0"
	found, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Equal(t, []string{"asked for 8.6, not in libonnxruntime_providers_cuda.so"}, found.Problems())
	require.Len(t, found.Device, 1)
	require.Len(t, found.Device[0].Groups, 3)
	require.Equal(t, []string{"12.0+PTX"}, found.Device[0].Extra)

	text, err := json.Marshal(found)
	require.NoError(t, err)
	require.Contains(t, string(text), `{"kind":"PTX","capability":"12.0","parts":1,"bytes":344}`)
	require.NotContains(t, string(text), "testdata", "the report names no folder of this machine")

	in.Capabilities = ""
	found, err = audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Empty(t, found.Problems(), "nothing was asked for")
}

// In the static form the provider is an object of the archive.
func TestDeviceCodeOfTheArchiveItselfIsFound(t *testing.T) {
	t.Parallel()
	in := library(t, source{"a.cc", sound})
	object, err := filepath.Abs(zstd)
	require.NoError(t, err)
	command(t, filepath.Dir(in.Archive), testkit.NeedTool(t, "ar"), "rcs", "with.a", object)
	in.Device = []audit.DeviceLibrary{{Name: "libonnxruntime.a", Path: filepath.Join(filepath.Dir(in.Archive), "with.a")}}
	in.Capabilities = "9.0 12.0 12.0+PTX"
	found, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Empty(t, found.Problems())
	require.Empty(t, found.Device[0].Extra)
}

// Whatever is asked for is there, twice: in a library the linked code and what it was linked from.
func TestRelocatableDeviceCodeIsAProblem(t *testing.T) {
	t.Parallel()
	for file, asked := range map[string]string{
		"joined.so": "8.0 9.0 12.0 12.0+PTX", "relocatable.o": "9.0",
	} {
		in := library(t, source{"a.cc", sound})
		in.Device = []audit.DeviceLibrary{{Name: file, Path: filepath.Join("..", "devicecode", "testdata", file)}}
		in.Capabilities = asked
		found, err := audit.Inspect(t.Context(), runner, in)
		require.NoError(t, err)
		require.Equal(t, []string{
			file + " has 1 part of relocatable device code: was it compiled with --relocatable-device-code?",
		}, found.Problems())
	}
}

func TestDamagedDeviceCodeStopsTheAudit(t *testing.T) {
	t.Parallel()
	in := library(t, source{"a.cc", sound})
	path := filepath.Join(t.TempDir(), "damaged.so")
	data, err := os.ReadFile(zstd)
	require.NoError(t, err)
	data[64]++
	require.NoError(t, os.WriteFile(path, data, 0o600))
	in.Device = []audit.DeviceLibrary{{Name: "damaged.so", Path: path}}
	_, err = audit.Inspect(t.Context(), runner, in)
	require.ErrorContains(t, err, `damaged.so": section .nv_fatbin at byte 64: fat binary at byte 0`)
}

func TestTextOfAnArchiveWithDeviceCode(t *testing.T) {
	t.Parallel()
	r := report()
	r.Capabilities = "9.0 12.0 12.0+PTX"
	r.Device = []audit.Device{{
		Library: "libonnxruntime_providers_cuda.so",
		Groups: []devicecode.Group{
			{Kind: devicecode.SASS, Capability: "8.0", Parts: 3, Bytes: 1_400_000},
			{Kind: devicecode.SASS, Capability: "9.0", Parts: 155, Bytes: 58_000_000},
			{Kind: devicecode.PTX, Capability: "12.0", Parts: 155, Bytes: 12_000_000},
		},
		Missing: []string{"12.0"}, Extra: []string{"8.0"},
	}}
	testkit.Golden(t, "device", r.Text())
}
