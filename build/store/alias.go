package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// ErrNotFound is wrapped by errors that tell that there is no such entry.
var ErrNotFound = errors.New("no such entry in the store")

// SetAlias lets name stand for entry, in place of what it stood for: "latest-cpu".
func (s *Store) SetAlias(ctx context.Context, name string, entry Entry) error {
	if !isName(name) {
		return fmt.Errorf("%q cannot be an alias", name)
	}
	const op = "set an alias"
	st, err := s.stage(ctx)
	if err != nil {
		return s.explain(op, name, err)
	}
	defer st.end()
	if err := s.write(st.path("alias"), entry.ID()+"\n"); err != nil {
		return s.explain(op, name, err)
	}
	return s.explain(op, name, s.rename(st.path("alias"), s.path("aliases", name)))
}

// Aliases returns the name of each alias with the ID of its entry.
func (s *Store) Aliases() map[string]string {
	aliases := map[string]string{}
	names, _ := os.ReadDir(s.path("aliases"))
	for _, name := range names {
		text, err := os.ReadFile(s.path("aliases", name.Name()))
		if err == nil {
			aliases[name.Name()] = strings.TrimSuffix(string(text), "\n")
		}
	}
	return aliases
}

// List returns all entries that have their marker, the last used first. It does not check their files.
func (s *Store) List() ([]Entry, error) {
	names, err := os.ReadDir(s.path("entries"))
	if err != nil {
		return nil, s.explain("list the store", s.root, err)
	}
	var entries []Entry
	for _, name := range names {
		if entry, _, damage := read(s.path("entries", name.Name())); damage == nil {
			entries = append(entries, entry)
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return b.LastUsed.Compare(a.LastUsed) })
	return entries, nil
}

// Find returns the entry that an alias names. It does not check its files: [Store.Get] with the entry's key does.
func (s *Store) Find(alias string) (Entry, error) {
	id, ok := s.Aliases()[alias]
	if !ok {
		return Entry{}, fmt.Errorf("%q: %w", alias, ErrNotFound)
	}
	entries, err := s.List()
	if err != nil {
		return Entry{}, err
	}
	for _, entry := range entries {
		if entry.ID() == id {
			return entry, nil
		}
	}
	return Entry{}, fmt.Errorf("alias %q stands for %q: %w", alias, id, ErrNotFound)
}
