package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Options has what a store is given from outside. The zero value is ready for use.
type Options struct {
	OnDamage    func(Damage)     // told of each entry that [Store.Get] or [Store.Put] found damaged
	OnDifferent func(Difference) // told of each file that [Store.Put] made otherwise than the entry that it keeps
	Now         func() time.Time // clock; nil for time.Now

	step func(op, path string) // for tests: see disk
}

// Store is a folder of entries. It may be used by many goroutines and many processes at once.
type Store struct {
	disk
	root        string
	onDamage    func(Damage)
	onDifferent func(Difference)
	now         func() time.Time
}

// Open opens the store in the folder root, makes it if there is none, and removes what killed processes left half-made.
// A store that cannot be written to can still be read.
func Open(root string, o Options) (*Store, error) {
	s := &Store{disk: disk{o.step}, onDamage: o.OnDamage, onDifferent: o.OnDifferent, now: o.Now}
	if s.step == nil {
		s.step = func(string, string) {}
	}
	if s.onDamage == nil {
		s.onDamage = func(Damage) {}
	}
	if s.onDifferent == nil {
		s.onDifferent = func(Difference) {}
	}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.root, err = filepath.Abs(root); err != nil {
		return nil, fmt.Errorf("opening the store %q: %w", root, err)
	}
	for _, name := range []string{"aliases", "damaged", "locks", "tmp", "entries"} {
		if err := s.mkdir(filepath.Join(s.root, name)); err != nil {
			if info, statErr := os.Stat(s.path("entries")); statErr == nil && info.IsDir() {
				break
			}
			return nil, s.explain("open the store", s.root, err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel() // tidying is no reason to wait for others
	s.sweep(ctx)
	return s, nil
}

// Root returns the store's folder, as an absolute path.
func (s *Store) Root() string { return s.root }

func (s *Store) path(parts ...string) string {
	return filepath.Join(append([]string{s.root}, parts...)...)
}

// guardDelay is how often a guard that is taken is tried again.
const guardDelay = 5 * time.Millisecond

// share keeps entries from coming and going while f runs. In a store that cannot be written to, f runs all the same.
func (s *Store) share(ctx context.Context, f func() error) error {
	guard := flock.New(s.path("guard"), flock.SetFlag(os.O_CREATE|os.O_RDONLY), flock.SetPermissions(0o644))
	if _, err := guard.TryRLockContext(ctx, guardDelay); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return f()
	}
	defer guard.Unlock()
	return f()
}

// alone runs f while no other process or goroutine looks at entries or changes them.
func (s *Store) alone(ctx context.Context, f func() error) error {
	guard := flock.New(s.path("guard"), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))
	if _, err := guard.TryLockContext(ctx, guardDelay); err != nil {
		return err
	}
	defer guard.Unlock()
	return f()
}

// isName tells whether name can be that of a file of ours.
func isName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-"
	return name != "" && strings.Trim(name, letters) == "" && strings.Trim(name, ".") != ""
}
