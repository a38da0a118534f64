package store

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Removal is something that was removed.
type Removal struct {
	ID     string            `json:"id,omitempty"`     // name of the entry; empty for what is none
	Path   string            `json:"path"`             // where it was
	Labels map[string]string `json:"labels,omitempty"` // of the entry
	Size   int64             `json:"size"`             // bytes
	Why    string            `json:"why"`              // "not used since 2026-01-31", "damaged", "left by a killed process"
}

// GC removes the entries that were not used within this time, damaged ones and what killed processes left, and tells
// which. Entries with an alias stay. It does not know who reads an entry now: the time should be longer than a build
// takes.
func (s *Store) GC(ctx context.Context, within time.Duration) ([]Removal, error) {
	removed := s.sweep(ctx)
	more, err := s.collect(ctx, within)
	return append(removed, more...), err
}

// collect removes the garbage. All of it is first moved to a stage, at one moment and without looking at the files, so
// that no entry can be seen half-removed.
func (s *Store) collect(ctx context.Context, within time.Duration) ([]Removal, error) {
	const op = "remove from the store"
	st, err := s.stage(ctx)
	if err != nil {
		return nil, s.explain(op, s.root, err)
	}
	defer st.end()
	var removed []Removal
	err = s.alone(ctx, func() error {
		garbage, err := s.garbage(within)
		if err != nil {
			return err
		}
		for _, r := range garbage {
			if err := s.rename(r.Path, st.path(filepath.Base(r.Path))); err != nil {
				return s.explain(op, r.Path, err)
			}
			removed = append(removed, r)
		}
		return nil
	})
	return removed, err
}

// garbage returns what is damaged, and the entries without an alias that were not used within this time.
func (s *Store) garbage(within time.Duration) ([]Removal, error) {
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
	for _, entry := range entries {
		if now.Sub(entry.LastUsed) <= within || slices.Contains(aliased, entry.ID()) {
			continue
		}
		garbage = append(garbage, Removal{
			ID: entry.ID(), Path: filepath.Dir(entry.Dir), Labels: entry.Labels, Size: entry.Size,
			Why: "not used since " + entry.LastUsed.Format(time.DateOnly),
		})
	}
	return garbage, nil
}
