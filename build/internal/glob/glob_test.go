package glob_test

import (
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
)

func TestFoldersMayHaveAnyName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a [b] * ? \\ c")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "sub"), 0o755))
	for _, name := range []string{"2.deb", "1.deb", "1.txt", "sub/3.deb"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	paths, err := glob.In(dir, "*.deb")
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "1.deb"), filepath.Join(dir, "2.deb")}, paths)
	paths, err = glob.In(dir, "*/*.deb")
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "sub", "3.deb")}, paths)
}

func TestAFolderThatIsNotThereHasNoFiles(t *testing.T) {
	t.Parallel()
	paths, err := glob.In(filepath.Join(t.TempDir(), "none"), "*")
	require.NoError(t, err)
	require.Empty(t, paths)
}

func TestABrokenPatternIsAnError(t *testing.T) {
	t.Parallel()
	_, err := glob.In(t.TempDir(), "[")
	require.ErrorIs(t, err, path.ErrBadPattern)
}
