package toolchains_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/toolchains"
)

func TestEveryFileBelongsToASystemAndSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("*.cmake")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		text, ok := toolchains.For(strings.TrimSuffix(path, ".cmake"))
		require.True(t, ok, path)
		require.True(t, strings.HasPrefix(text, "# "), "%s has no header", path)
	}
}

func TestATargetWithoutAFileNeedsNone(t *testing.T) {
	t.Parallel()
	_, ok := toolchains.For("darwin")
	require.False(t, ok)
	_, ok = toolchains.For("")
	require.False(t, ok)
}
