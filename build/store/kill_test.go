package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// scenario is something that a process does with a store, and that is killed at every step.
type scenario struct {
	prepare func(t *testing.T, s *store.Store)                            // what was before
	run     func(ctx context.Context, s *store.Store, step func()) error  // what the process does
	check   func(t *testing.T, s *store.Store, seen *seen, finished bool) // what must hold afterwards
}

var scenarios = map[string]scenario{
	"put and alias": {
		prepare: func(*testing.T, *store.Store) {},
		run: func(ctx context.Context, s *store.Store, step func()) error {
			entry, err := s.Put(ctx, childKey("a"), nil, func(dir string) error {
				step()
				err := sample(dir)
				step()
				return err
			})
			return errors.Join(err, s.SetAlias(ctx, "latest", entry))
		},
		check: func(t *testing.T, s *store.Store, seen *seen, finished bool) {
			t.Helper()
			kept, found := get(t, s, "a")
			require.Empty(t, seen.damages, "a killed process may leave nothing, but no damage")
			if finished {
				require.True(t, found)
			}
			if _, aliased := s.Aliases()["latest"]; aliased {
				require.True(t, found)
				of, err := s.Find("latest")
				require.NoError(t, err)
				require.Equal(t, kept.ID(), of.ID())
			}
			again := put(t, s, "a")
			require.Empty(t, seen.differences)
			if found {
				require.Equal(t, kept.Content, again.Content)
			}
		},
	},
	"mend": {
		prepare: func(t *testing.T, s *store.Store) {
			t.Helper()
			require.NoError(t, os.Truncate(filepath.Join(put(t, s, "a").Dir, "lib", "libx.a"), 1))
		},
		run: func(ctx context.Context, s *store.Store, _ func()) error {
			if _, found, err := s.Get(ctx, childKey("a")); err != nil || found {
				return fmt.Errorf("the damaged entry was found, or %w", err)
			}
			_, err := s.Put(ctx, childKey("a"), nil, sample)
			return err
		},
		check: func(t *testing.T, s *store.Store, _ *seen, finished bool) {
			t.Helper()
			_, found := get(t, s, "a")
			require.False(t, finished && !found)
			put(t, s, "a")
			require.Len(t, files(t, s, "damaged"), 1)
		},
	},
	"collect": {
		prepare: func(t *testing.T, s *store.Store) {
			t.Helper()
			put(t, s, "a")
			require.NoError(t, os.Remove(filepath.Join(put(t, s, "b").Dir, "bin", "tool")))
			get(t, s, "b")
			put(t, s, "b")
			require.NoError(t, s.SetAlias(t.Context(), "kept", put(t, s, "c")))
			put(t, s, "d")
		},
		run: func(ctx context.Context, s *store.Store, _ func()) error {
			_, err := s.GC(ctx, 0)
			return err
		},
		check: func(t *testing.T, s *store.Store, seen *seen, finished bool) {
			t.Helper()
			for _, name := range []string{"a", "b", "d"} {
				_, found := get(t, s, name)
				require.False(t, finished && found)
			}
			require.Empty(t, seen.damages, "an entry is there or not, never a part of it")
			_, found := get(t, s, "c")
			require.True(t, found)
			if finished {
				require.Empty(t, files(t, s, "damaged"))
				require.Len(t, files(t, s, "entries"), 1)
			}
		},
	},
}

func childKey(name string) store.Key {
	key, err := store.NewKey(1, []store.Fact{{Group: "input", Name: "name", Value: name}})
	if err != nil {
		panic(err)
	}
	return key
}

// killChild carries out a scenario and kills itself before its n-th step.
func killChild() error {
	at, err := strconv.ParseInt(os.Getenv("STORE_KILL_AT"), 10, 64)
	if err != nil {
		return err
	}
	var steps atomic.Int64
	step := func() {
		if steps.Add(1) == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	s, err := store.Open(os.Getenv("STORE_ROOT"), store.WithStep(store.Options{}, func(string, string) { step() }))
	if err != nil {
		return err
	}
	return scenarios[os.Getenv("STORE_SCENARIO")].run(context.Background(), s, step)
}

func TestKilledAtAnyStepTheStoreIsRight(t *testing.T) {
	t.Parallel()
	for name, scenario := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				root := t.TempDir()
				s, _ := open(t, root)
				scenario.prepare(t, s)

				err := child(t, "kill", "STORE_ROOT="+root, "STORE_SCENARIO="+name, "STORE_KILL_AT="+strconv.Itoa(n)).Run()
				finished := err == nil
				if !finished {
					require.ErrorContains(t, err, "signal: killed", "step %d", n)
				}
				s, seen := open(t, root)
				require.Empty(t, files(t, s, "tmp"), "step %d", n)
				scenario.check(t, s, seen, finished)
				require.Empty(t, files(t, s, "tmp"), "step %d", n)
				if finished {
					require.Greater(t, n, 15, "the scenario has more steps than this")
					t.Logf("killed at %d steps", n-1)
					return
				}
			}
		})
	}
}

func TestHalfMadeEntryIsNoEntry(t *testing.T) {
	t.Parallel()
	s, seen := open(t, t.TempDir())
	entry := put(t, s, "a")
	require.NoError(t, s.SetAlias(t.Context(), "latest", entry))
	require.NoError(t, os.Remove(filepath.Join(filepath.Dir(entry.Dir), "complete")))
	list, err := s.List()
	require.NoError(t, err)
	require.Empty(t, list)
	_, err = s.Find("latest")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, found := get(t, s, "a")
	require.False(t, found)
	require.Len(t, seen.damages, 1)
}

func TestOpenLeavesTheWorkOfLivingProcessesAlone(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	entry, err := s.Put(t.Context(), keyOf(t, "a"), nil, func(dir string) error {
		_, err := store.Open(s.Root(), store.Options{})
		require.NoError(t, err)
		_, err = s.GC(t.Context(), 0)
		require.NoError(t, err)
		require.DirExists(t, dir)
		return sample(dir)
	})
	require.NoError(t, err)
	require.DirExists(t, entry.Dir)
}
