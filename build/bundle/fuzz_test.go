package bundle_test

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bundle"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// FuzzReadObject reads what may be a program or a library: those of a bundle come from anywhere.
func FuzzReadObject(f *testing.F) {
	f.Add([]byte("\x7fELF"))
	f.Add(smallLibrary(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "object")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		if err := bundle.ReadObject(path); err != nil {
			require.ErrorContains(t, err, path)
		}
		if file, err := elf.NewFile(bytes.NewReader(data)); err == nil {
			cuda.StatedVersion(file)
		}
	})
}

// smallLibrary returns a library with all that is read of one: names, a run path, versions, and a version in a constant.
func smallLibrary(f *testing.F) []byte {
	f.Helper()
	path := filepath.Join(f.TempDir(), "libsmall.so.1")
	cmd := exec.CommandContext(f.Context(), testkit.NeedTool(f, "cc"), "-shared", "-nostdlib", "-s", "-fPIC", "-x", "c", "-o", path, "-",
		"-Wl,-soname,libsmall.so.1,-rpath,$ORIGIN,-z,noseparate-code", "-lc")
	cmd.Stdin = strings.NewReader(`#include <string.h>
const char names[] = "libother.so.2";
const int cudnn_small_version = 0x90d00;
unsigned long length(const char *text) { return strlen(text); }
`)
	out, err := cmd.CombinedOutput()
	require.NoError(f, err, "%s", out)
	data, err := os.ReadFile(path)
	require.NoError(f, err)
	return data
}
