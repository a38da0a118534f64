package store

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
)

// Get returns the entry of key, whose every byte it has compared with the listing, and notes the use. An entry that is
// not whole counts as a miss: it is reported and moved to damaged/. The error is ctx's alone.
func (s *Store) Get(ctx context.Context, key Key) (entry Entry, found bool, err error) {
	dir := s.path("entries", key.EntryID())
	var damage *Damage
	err = s.share(ctx, func() (err error) {
		entry, damage, err = examine(ctx, dir)
		return err
	})
	if err == nil && damage != nil {
		// Another process may have replaced the entry since: look again, now alone.
		aloneErr := s.alone(ctx, func() (err error) {
			entry, damage, err = s.settle(ctx, dir)
			return err
		})
		if aloneErr != nil {
			err = ctx.Err() // a store that cannot be written to keeps its damaged entry
		}
		if damage != nil {
			s.onDamage(*damage)
		}
	}
	if err != nil || damage != nil || entry.Dir == "" {
		return Entry{}, false, err
	}
	if now := s.now(); s.touch(filepath.Join(dir, markerName), now) == nil {
		entry.LastUsed = now
	}
	return entry, true, nil
}

// examine checks the entry at dir. If there is none, all results are zero. The error is ctx's alone.
func examine(ctx context.Context, dir string) (Entry, *Damage, error) {
	if _, err := os.Lstat(dir); err != nil {
		return Entry{}, nil, nil //nolint:nilerr // an entry that cannot be seen is a miss
	}
	entry, differences, err := check(ctx, dir)
	if err != nil || len(differences) == 0 {
		return entry, nil, err
	}
	return Entry{}, &Damage{ID: filepath.Base(dir), Differences: differences}, nil
}

// settle is [examine] for a caller who is alone: it moves a damaged entry aside, and says so in the damage.
func (s *Store) settle(ctx context.Context, dir string) (Entry, *Damage, error) {
	entry, damage, err := examine(ctx, dir)
	if err != nil || damage == nil {
		return entry, nil, err
	}
	for n := 1; ; n++ {
		to := s.path("damaged", damage.ID+"-"+strconv.Itoa(n))
		if _, err := os.Lstat(to); err == nil {
			continue
		}
		if err := s.rename(dir, to); err != nil {
			return Entry{}, damage, err
		}
		damage.Moved = to
		return Entry{}, damage, nil
	}
}
