package store

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Policy says what [Store.GC] keeps: an entry goes only if every rule lets it go.
type Policy struct {
	Keep   int           // as many entries as this, the last used
	Within time.Duration // entries used within this time
	DryRun bool          // remove nothing, only tell
}

// Removal is something that was removed, or would be.
type Removal struct {
	ID     string            `json:"id,omitempty"`     // name of the entry; empty for what is none
	Path   string            `json:"path"`             // where it was
	Labels map[string]string `json:"labels,omitempty"` // of the entry
	Size   int64             `json:"size"`             // bytes
	Why    string            `json:"why"`              // "not used since 2026-01-31", "damaged", "left by a killed process"
}

// GC removes the entries that the policy does not keep, damaged ones and what killed processes left, and tells which.
// Entries with an alias stay. It does not know who reads an entry now: Within should be longer than a build takes.
// A dry run does not look for what killed processes left.
func (s *Store) GC(ctx context.Context, p Policy) ([]Removal, error) {
	var removed []Removal
	if !p.DryRun {
		removed = s.sweep(ctx)
	}
	more, err := s.take(ctx, p.DryRun, func() ([]Removal, error) { return s.garbage(p) })
	return append(removed, more...), err
}

// Remove removes the entry that an alias or the start of an ID names, with its aliases.
func (s *Store) Remove(ctx context.Context, name string) (Removal, error) {
	removed, err := s.take(ctx, false, func() ([]Removal, error) {
		entry, err := s.Find(name)
		if err != nil {
			return nil, err
		}
		return []Removal{removal(entry, "asked for")}, s.dropAliases(entry.ID())
	})
	if err != nil {
		return Removal{}, err
	}
	return removed[0], nil
}

func removal(e Entry, why string) Removal {
	return Removal{ID: e.ID(), Path: filepath.Dir(e.Dir), Labels: e.Labels, Size: e.Size, Why: why}
}

// take removes what choose returns. All of it is first moved to a stage, at one moment and without looking at the
// files, so that no entry can be seen half-removed.
func (s *Store) take(ctx context.Context, dryRun bool, choose func() ([]Removal, error)) (chosen []Removal, err error) {
	const op = "remove from the store"
	if dryRun {
		err = s.share(ctx, func() (err error) { chosen, err = choose(); return err })
		return chosen, err
	}
	st, err := s.stage(ctx)
	if err != nil {
		return nil, s.explain(op, s.root, err)
	}
	defer st.end()
	var taken []Removal
	err = s.alone(ctx, func() error {
		if chosen, err = choose(); err != nil {
			return err
		}
		for _, r := range chosen {
			if err := s.rename(r.Path, st.path(filepath.Base(r.Path))); err != nil {
				return s.explain(op, r.Path, err)
			}
			taken = append(taken, r)
		}
		return nil
	})
	return taken, err
}

// garbage returns what the policy lets go.
func (s *Store) garbage(p Policy) ([]Removal, error) {
	var garbage []Removal
	for _, folder := range []string{"damaged", "entries"} {
		names, err := os.ReadDir(s.path(folder))
		if err != nil {
			return nil, s.explain("look for garbage", s.root, err)
		}
		for _, name := range names {
			path := s.path(folder, name.Name())
			if _, _, damage := read(path); damage != nil {
				garbage = append(garbage, Removal{Path: path, Size: diskUse(path), Why: "damaged"})
			}
		}
	}
	entries, err := s.List()
	if err != nil {
		return nil, err
	}
	var aliased []string
	for _, id := range s.Aliases() {
		aliased = append(aliased, id)
	}
	now := s.now()
	for rank, entry := range entries {
		if rank < p.Keep || now.Sub(entry.LastUsed) <= p.Within || slices.Contains(aliased, entry.ID()) {
			continue
		}
		garbage = append(garbage, removal(entry, "not used since "+entry.LastUsed.Format(time.DateOnly)))
	}
	return garbage, nil
}
