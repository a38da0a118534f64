package stale_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/stale"
)

func TestOnlyOldFilesOfTheNameAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	add := func(name string, hours int) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.Mkdir(path, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(path, "file"), nil, 0o600))
		then := time.Now().Add(-time.Duration(hours) * time.Hour)
		require.NoError(t, os.Chtimes(path, then, then))
	}
	add(".new-old", 25)
	add(".new-young", 23)
	add("kept", 25)
	stale.Remove(dir, ".new-")
	require.NoDirExists(t, filepath.Join(dir, ".new-old"))
	require.DirExists(t, filepath.Join(dir, ".new-young"))
	require.DirExists(t, filepath.Join(dir, "kept"))

	stale.Remove(dir, "")
	require.NoDirExists(t, filepath.Join(dir, "kept"))
	require.DirExists(t, filepath.Join(dir, ".new-young"))

	stale.Remove(filepath.Join(dir, "none"), "")
}
