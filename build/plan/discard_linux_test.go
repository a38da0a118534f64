package plan_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
)

// What is half removed keeps its marks of being finished, and the next build would trust them.
func TestAWorkFolderThatIsHalfRemovedHasLostItsName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "work")
	stuck := filepath.Join(dir, "stuck")
	require.NoError(t, os.MkdirAll(stuck, 0o755))
	if os.Getuid() == 0 {
		if err := unix.Mount("tmpfs", stuck, "tmpfs", 0, "size=64k"); err != nil {
			testkit.Skip(t, "nothing can be mounted: "+err.Error())
		}
		t.Cleanup(func() { require.NoError(t, unix.Unmount(filepath.Join(dir+".left", "stuck"), unix.MNT_DETACH)) })
	} else {
		require.NoError(t, os.WriteFile(filepath.Join(stuck, "file"), nil, 0o600))
		require.NoError(t, os.Chmod(stuck, 0o555))
		t.Cleanup(func() { require.NoError(t, os.Chmod(filepath.Join(dir+".left", "stuck"), 0o755)) })
	}
	require.Error(t, plan.Discard(dir))
	require.NoDirExists(t, dir)
	require.DirExists(t, dir+".left")
}

func TestWhatAnEarlierRunLeftIsRemovedToo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "work")
	for _, path := range []string{dir, dir + ".left"} {
		require.NoError(t, os.MkdirAll(path, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(path, "file"), nil, 0o600))
	}
	require.NoError(t, plan.Discard(dir))
	require.NoDirExists(t, dir)
	require.NoDirExists(t, dir+".left")
}
