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
	same, err := own.Alone(dir)
	require.NoError(t, err)
	require.Equal(t, own, same)

	shared := cuda.CUDNN{Home: "/usr", Include: system, Lib: system, Version: "9.13.0"}
	for range 2 {
		alone, err := shared.Alone(dir)
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
