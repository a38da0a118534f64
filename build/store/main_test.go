package store_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// childEnv makes the test binary carry out one of children instead of the tests.
const childEnv = "STORE_TEST_CHILD"

var children = map[string]func() error{}

func TestMain(m *testing.M) {
	children["kill"], children["hold"] = killChild, holdChild
	if child, is := children[os.Getenv(childEnv)]; is {
		if err := child(); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child returns the command that carries out a child with more variables.
func child(t *testing.T, name string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), childEnv+"="+name), env...)
	cmd.Stderr = os.Stderr
	return cmd
}

// seen collects what a store reports.
type seen struct {
	mutex       sync.Mutex
	damages     []store.Damage
	differences []store.Difference
}

func (s *seen) options() store.Options {
	return store.Options{
		OnDamage: func(d store.Damage) {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.damages = append(s.damages, d)
		},
		OnDifferent: func(d store.Difference) {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.differences = append(s.differences, d)
		},
	}
}

func open(t testing.TB, root string) (*store.Store, *seen) {
	t.Helper()
	seen := &seen{}
	s, err := store.Open(root, seen.options())
	require.NoError(t, err)
	return s, seen
}

// openAt opens a store with a clock that the test sets.
func openAt(t *testing.T, root string, now *time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(root, store.Options{Now: func() time.Time { return *now }})
	require.NoError(t, err)
	return s
}

func keyOf(t testing.TB, name string) store.Key {
	t.Helper()
	key, err := store.NewKey(1, []store.Fact{{Group: "input", Name: "name", Value: name}})
	require.NoError(t, err)
	return key
}

// sample fills a folder with one of each kind of file.
func sample(dir string) error {
	for _, folder := range []string{"lib", "bin", "empty folder"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			return err
		}
	}
	for name, mode := range map[string]os.FileMode{"lib/libx.a": 0o644, "bin/tool": 0o755, "lib/nothing": 0o600} {
		text := name
		if name == "lib/nothing" {
			text = ""
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			return err
		}
	}
	return os.Symlink("../lib/libx.a", filepath.Join(dir, "bin", "link"))
}

// put puts the sample under name.
func put(t testing.TB, s *store.Store, name string) store.Entry {
	t.Helper()
	entry, err := s.Put(t.Context(), keyOf(t, name), map[string]string{"spec": name}, sample)
	require.NoError(t, err)
	return entry
}

// get returns the entry of name and whether it was found.
func get(t testing.TB, s *store.Store, name string) (store.Entry, bool) {
	t.Helper()
	entry, found, err := s.Get(t.Context(), keyOf(t, name))
	require.NoError(t, err)
	return entry, found
}

// files returns the names in a folder of the store.
func files(t testing.TB, s *store.Store, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(s.Root(), folder))
	require.NoError(t, err)
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
