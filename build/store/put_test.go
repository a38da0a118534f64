package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

func TestEqualFoldersHaveEqualContentUnderDifferentKeys(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	a, b := put(t, s, "a"), put(t, s, "b")
	require.Equal(t, a.Content, b.Content)
	require.NotEqual(t, a.ID(), b.ID())
	other, err := s.Put(t.Context(), keyOf(t, "c"), nil, func(dir string) error {
		return errors.Join(sample(dir), os.WriteFile(filepath.Join(dir, "more"), nil, 0o644))
	})
	require.NoError(t, err)
	require.NotEqual(t, a.Content, other.Content)
}

func TestSecondPutKeepsTheFirstAndReportsTheDifference(t *testing.T) {
	t.Parallel()
	s, seen := open(t, t.TempDir())
	first := put(t, s, "a")
	require.Equal(t, first.Content, put(t, s, "a").Content)
	require.Empty(t, seen.differences)

	kept, err := s.Put(t.Context(), first.Key, nil, func(dir string) error {
		return errors.Join(sample(dir), os.WriteFile(filepath.Join(dir, "lib", "libx.a"), []byte("other"), 0o644))
	})
	require.NoError(t, err)
	require.Equal(t, first.Content, kept.Content)
	require.Equal(t, []store.Difference{{
		Path:   "out/lib/libx.a",
		Wanted: "file 0444 10 " + digest.OfBytes([]byte("lib/libx.a")).String(),
		Got:    "file 0444 5 " + digest.OfBytes([]byte("other")).String(),
	}}, seen.differences)
	text, err := os.ReadFile(filepath.Join(kept.Dir, "lib", "libx.a"))
	require.NoError(t, err)
	require.Equal(t, "lib/libx.a", string(text))
	require.Empty(t, files(t, s, "tmp"))
}

func TestFinishedFolderCanBeMovedIn(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	ready := filepath.Join(root, "ready")
	require.NoError(t, os.Mkdir(ready, 0o700))
	require.NoError(t, sample(ready))
	s, _ := open(t, filepath.Join(root, "store with spaces"))
	entry, err := s.Put(t.Context(), keyOf(t, "a"), nil, func(dir string) error {
		return errors.Join(os.Remove(dir), os.Rename(ready, dir))
	})
	require.NoError(t, err)
	require.Equal(t, put(t, s, "b").Content, entry.Content)
	info, err := os.Stat(entry.Dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o755), info.Mode().Perm())
}

func TestFailedPutLeavesNothing(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		fill func(dir string) error
		want string
	}{
		"fill fails": {func(dir string) error {
			return errors.Join(sample(dir), os.Chmod(filepath.Join(dir, "lib"), 0o555), boom)
		}, "boom"},
		"absolute link": {func(dir string) error { return os.Symlink(dir, filepath.Join(dir, "l")) }, `"l": a link to /`},
		"link up":       {func(dir string) error { return os.Symlink("../key", filepath.Join(dir, "l")) }, "leads out of"},
		"pipe":          {func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, "p"), 0o644) }, `"p": neither`},
		"folder gone":   {os.RemoveAll, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t, t.TempDir())
			_, err := s.Put(t.Context(), keyOf(t, "a"), nil, c.fill)
			require.ErrorContains(t, err, c.want)
			require.Empty(t, files(t, s, "tmp"))
			require.Empty(t, files(t, s, "entries"))
		})
	}
	s, _ := open(t, t.TempDir())
	_, err := s.Put(t.Context(), keyOf(t, "a"), nil, func(string) error { return boom })
	require.Equal(t, boom, err, "the caller's error comes back as it was")
	_, err = s.Put(t.Context(), store.Key{}, nil, sample)
	require.ErrorContains(t, err, "the key is empty")
	ctx, cancel := context.WithCancel(t.Context())
	_, err = s.Put(ctx, keyOf(t, "a"), nil, func(dir string) error { cancel(); return sample(dir) })
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, files(t, s, "entries"))
}

func TestNobodyLooksWhileEntriesComeAndGo(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	other, _ := open(t, root)
	looks := 0
	s, err := store.Open(root, store.WithStep(store.Options{}, func(op, path string) {
		if op != "rename" || filepath.Base(filepath.Dir(path)) == "aliases" {
			return
		}
		looks++
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, _, err := other.Get(ctx, childKey("a"))
		require.ErrorIs(t, err, context.DeadlineExceeded, path)
	}))
	require.NoError(t, err)
	entry := put(t, s, "a")
	require.NoError(t, os.Remove(filepath.Join(entry.Dir, "bin", "tool")))
	put(t, s, "a")                // moves one aside and another in
	_, err = s.GC(t.Context(), 0) // removes both
	require.NoError(t, err)
	require.Equal(t, 5, looks)
}

func TestManyGetAndPutAtOnce(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s, seen := open(t, root)
	var group sync.WaitGroup
	for n := range 8 {
		mine := s
		if n%2 == 0 { // as another process would
			var err error
			mine, err = store.Open(root, seen.options())
			require.NoError(t, err)
		}
		group.Go(func() {
			for _, name := range []string{"a", "b", "a"} {
				entry, err := mine.Put(t.Context(), childKey(name), nil, sample)
				if err == nil {
					_, _, err = mine.Get(t.Context(), childKey(name))
				}
				if err == nil {
					err = mine.SetAlias(t.Context(), "latest", entry)
				}
				if err == nil && n == 0 {
					_, err = mine.GC(t.Context(), 0)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	require.Empty(t, seen.damages)
	require.Empty(t, seen.differences)
	require.Empty(t, files(t, s, "tmp"))
	_, err := s.Find("latest")
	require.NoError(t, err)
}
