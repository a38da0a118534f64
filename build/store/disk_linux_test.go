package store_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// onTmpfs carries out the calling test once more, in a mount namespace of its own with a new file system of 1 MB, and
// returns that file system's folder there. Here, it returns "".
func onTmpfs(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("STORE_TMPFS"); dir != "" {
		return dir
	}
	flags := []string{"--mount"}
	if os.Getuid() != 0 {
		flags = []string{"--mount", "--user", "--map-root-user"}
	}
	unshare := testkit.NeedTool(t, "unshare")
	dir := t.TempDir()
	mount := []string{"sh", "-c", `mount -t tmpfs -o size=1m store "$0" && exec "$@"`, dir}
	probe := append(append(flags, mount...), "true")
	if out, err := exec.CommandContext(t.Context(), unshare, probe...).CombinedOutput(); err != nil {
		testkit.Skip(t, "no mount namespace: "+err.Error()+": "+string(out))
	}
	again := append(mount, os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd := exec.CommandContext(t.Context(), unshare, append(flags, again...)...)
	cmd.Env = append(os.Environ(), "STORE_TMPFS="+dir)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name())
	return ""
}

func TestFullDiskIsAFaultWithANextStep(t *testing.T) {
	t.Parallel()
	dir := onTmpfs(t)
	if dir == "" {
		return
	}
	s, _ := open(t, dir)
	kept := put(t, s, "a")
	_, err := s.Put(t.Context(), keyOf(t, "large"), nil, func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "large"), make([]byte, 2<<20), 0o644)
	})
	requireFault(t, err, syscall.ENOSPC, "make room on the file system of "+dir)
	require.Empty(t, files(t, s, "tmp"))

	// Not even a name fits: the store's own files fail, its entries can still be read and removed.
	ballast, err := os.Create(filepath.Join(dir, "ballast"))
	require.NoError(t, err)
	defer ballast.Close()
	for err == nil {
		_, err = ballast.Write(make([]byte, 4096))
	}
	require.ErrorIs(t, err, syscall.ENOSPC)
	_, err = s.Put(t.Context(), keyOf(t, "b"), nil, sample)
	requireFault(t, err, syscall.ENOSPC, "make room")
	requireFault(t, s.SetAlias(t.Context(), "latest", kept), syscall.ENOSPC, "make room")
	release, err := s.Lock(t.Context(), "cpu", "test", nil)
	require.NoError(t, err)
	release()
	_, found := get(t, s, "a")
	require.True(t, found)
	_, err = s.GC(t.Context(), 0)
	require.NoError(t, err)
	require.Empty(t, files(t, s, "entries"))
}

func TestReadOnlyStoreCanBeReadAndSaysSo(t *testing.T) {
	t.Parallel()
	dir := onTmpfs(t)
	if dir == "" {
		return
	}
	s, _ := open(t, dir)
	damaged, kept := put(t, s, "damaged"), put(t, s, "a")
	require.NoError(t, s.SetAlias(t.Context(), "latest", kept))
	require.NoError(t, os.Remove(filepath.Join(damaged.Dir, "bin", "tool")))
	require.NoError(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	requireReadOnly(t, dir, syscall.EROFS)
	_, err := store.Open(filepath.Join(dir, "other"), store.Options{})
	requireFault(t, err, syscall.EROFS, "make "+filepath.Join(dir, "other")+" writable")
}

func TestStoreOfAnotherUserCanBeReadAndSaysSo(t *testing.T) {
	t.Parallel()
	if root := os.Getenv("STORE_FOREIGN"); root != "" {
		requireReadOnly(t, root, syscall.EACCES)
		requireReadOnlyFoldersGo(t)
		return
	}
	if os.Getuid() != 0 {
		testkit.Skip(t, "needs root, to become somebody else")
	}
	root, err := os.MkdirTemp("", "") //nolint:usetesting // the folder of t.TempDir can only be entered by its owner
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(root)) })
	require.NoError(t, os.Chmod(root, 0o755))
	s, _ := open(t, root)
	damaged, kept := put(t, s, "damaged"), put(t, s, "a")
	require.NoError(t, s.SetAlias(t.Context(), "latest", kept))
	require.NoError(t, os.Remove(filepath.Join(damaged.Dir, "bin", "tool")))

	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "STORE_FOREIGN="+root)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name())
}

// requireReadOnly checks a store that holds "a", with the alias "latest", and a damaged entry.
func requireReadOnly(t *testing.T, root string, cause error) {
	t.Helper()
	s, seen := open(t, root)
	_, found := get(t, s, "a")
	require.True(t, found)
	_, err := s.Find("latest")
	require.NoError(t, err)
	_, found = get(t, s, "damaged")
	require.False(t, found)
	require.Len(t, seen.damages, 1)
	require.Empty(t, seen.damages[0].Moved)

	hint := "make " + root + " writable for this user"
	_, err = s.Put(t.Context(), keyOf(t, "b"), nil, sample)
	requireFault(t, err, cause, hint)
	requireFault(t, s.SetAlias(t.Context(), "latest", store.Entry{}), cause, hint)
	_, err = s.Lock(t.Context(), "cpu", "test", nil)
	requireFault(t, err, cause, hint)
	_, err = s.GC(t.Context(), 0)
	requireFault(t, err, cause, hint)
}

// requireReadOnlyFoldersGo checks that a user without special rights can give up a folder that has read-only ones.
func requireReadOnlyFoldersGo(t *testing.T) {
	t.Helper()
	s, _ := open(t, t.TempDir())
	_, err := s.Put(t.Context(), keyOf(t, "a"), nil, func(dir string) error {
		return errors.Join(sample(dir), os.Chmod(filepath.Join(dir, "lib"), 0o555), errors.New("boom"))
	})
	require.ErrorContains(t, err, "boom")
	require.Empty(t, files(t, s, "tmp"))
}

func requireFault(t *testing.T, err, cause error, hint string) {
	t.Helper()
	require.ErrorIs(t, err, cause)
	f, is := errors.AsType[*fault.Error](err)
	require.True(t, is, "%v", err)
	require.Contains(t, f.Hint, hint)
}
