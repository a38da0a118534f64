package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// stage is a folder below tmp/ for work under way. Its lock is held by this process and falls with it, so that what a
// killed process leaves can be told from what is still being made.
type stage struct {
	disk
	dir  string
	lock *flock.Flock
}

// stage makes one. The guard is shared meanwhile, so that nobody sees the folder without its lock being held.
func (s *Store) stage(ctx context.Context) (*stage, error) {
	st := &stage{disk: s.disk}
	err := s.share(ctx, func() (err error) {
		s.step("mkdir", s.path("tmp"))
		if st.dir, err = os.MkdirTemp(s.path("tmp"), ""); err != nil {
			return err
		}
		st.lock = stageLock(st.dir)
		s.step("lock", st.dir)
		return st.lock.Lock()
	})
	if err != nil && st.dir != "" {
		err = errors.Join(err, st.remove(st.dir))
	}
	return st, err
}

func stageLock(dir string) *flock.Flock {
	return flock.New(filepath.Join(dir, "lock"), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))
}

func (st *stage) path(name string) string { return filepath.Join(st.dir, name) }

// end removes what is still in the folder. Failure does not matter: it is left for the next sweep.
func (st *stage) end() {
	_ = st.remove(st.dir)
	_ = st.lock.Unlock()
}

// sweep removes the stages of dead processes and returns their paths and sizes. Failure does not matter here either.
func (s *Store) sweep(ctx context.Context) []Removal {
	names, _ := os.ReadDir(s.path("tmp"))
	if len(names) == 0 {
		return nil
	}
	var removed []Removal
	_ = s.alone(ctx, func() error {
		for _, name := range names {
			dir := s.path("tmp", name.Name())
			lock := stageLock(dir)
			if locked, err := lock.TryLock(); err != nil || !locked {
				continue
			}
			removal := Removal{Path: dir, Size: diskUse(dir), Why: "left by a killed process"}
			if s.remove(dir) == nil {
				removed = append(removed, removal)
			}
			_ = lock.Unlock()
		}
		return nil
	})
	return removed
}

// diskUse returns the sum of the sizes of all files below dir that can be seen.
func diskUse(dir string) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil //nolint:nilerr // what cannot be seen has no size
		}
		if info, err := entry.Info(); err == nil {
			sum += info.Size()
		}
		return nil
	})
	return sum
}
