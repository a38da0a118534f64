package store_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

const day = 24 * time.Hour

// aged returns a store in which a to e were used 1 to 5 days ago, and e has an alias.
func aged(t *testing.T) *store.Store {
	t.Helper()
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	today := now
	s := openAt(t, t.TempDir(), &now)
	var last store.Entry
	for n, name := range []string{"a", "b", "c", "d", "e"} {
		now = today.Add(-time.Duration(n+1) * day)
		last = put(t, s, name)
	}
	now = today
	require.NoError(t, s.SetAlias(t.Context(), "latest", last))
	return s
}

func specs(removed []store.Removal) []string {
	names := []string{}
	for _, r := range removed {
		names = append(names, r.Labels["spec"])
	}
	slices.Sort(names)
	return names
}

func TestListHasTheLastUsedFirst(t *testing.T) {
	t.Parallel()
	list, err := aged(t).List()
	require.NoError(t, err)
	var names []string
	for _, entry := range list {
		names = append(names, entry.Labels["spec"])
		require.EqualValues(t, 18, entry.Size)
	}
	require.Equal(t, []string{"a", "b", "c", "d", "e"}, names)
}

func TestGCRemovesWhatWasNotUsedForLong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		within time.Duration
		want   []string
	}{
		"all but the alias": {0, []string{"a", "b", "c", "d"}},
		"three days stay":   {3 * day, []string{"d"}},
		"all stay":          {4 * day, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := aged(t)
			removed, err := s.GC(t.Context(), c.within)
			require.NoError(t, err)
			require.Equal(t, c.want, specs(removed))
			require.Len(t, files(t, s, "entries"), 5-len(c.want))
			for _, r := range removed {
				require.EqualValues(t, 18, r.Size)
				require.Equal(t, filepath.Join(s.Root(), "entries", r.ID), r.Path)
				require.Contains(t, r.Why, "not used since 2026-01-")
				require.NoDirExists(t, r.Path)
			}
			require.Empty(t, files(t, s, "tmp"))
		})
	}
}

func TestGCRemovesDamagedAndAbandoned(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	require.NoError(t, os.Remove(filepath.Join(put(t, s, "a").Dir, "bin", "tool")))
	get(t, s, "a") // moves it aside
	require.NoError(t, os.Remove(filepath.Join(filepath.Dir(put(t, s, "b").Dir), "complete")))
	abandoned := filepath.Join(s.Root(), "tmp", "123")
	require.NoError(t, os.Mkdir(abandoned, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(abandoned, "part"), make([]byte, 1000), 0o644))

	removed, err := s.GC(t.Context(), day)
	require.NoError(t, err)
	require.Len(t, removed, 3)
	require.Equal(t, store.Removal{Path: abandoned, Size: 1000, Why: "left by a killed process"}, removed[0])
	for _, r := range removed[1:] {
		require.Equal(t, "damaged", r.Why)
		require.Greater(t, r.Size, int64(100))
	}
	for _, folder := range []string{"entries", "damaged", "tmp"} {
		require.Empty(t, files(t, s, folder))
	}
}

func TestFindTakesAliases(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	a, b := put(t, s, "a"), put(t, s, "b")
	require.NoError(t, s.SetAlias(t.Context(), "latest-cpu", a))
	require.NoError(t, s.SetAlias(t.Context(), "latest-cpu", b))
	require.Equal(t, map[string]string{"latest-cpu": b.ID()}, s.Aliases())
	found, err := s.Find("latest-cpu")
	require.NoError(t, err)
	require.Equal(t, b.Dir, found.Dir)
	for _, name := range []string{"", "latest", "latest-cuda"} {
		_, err := s.Find(name)
		require.ErrorIs(t, err, store.ErrNotFound, name)
	}
	require.NoError(t, os.RemoveAll(filepath.Dir(b.Dir)))
	_, err = s.Find("latest-cpu")
	require.ErrorIs(t, err, store.ErrNotFound)
	require.ErrorContains(t, err, `alias "latest-cpu" stands for "`+b.ID())
}
