package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// Put makes the entry of key. fill gets an empty folder to put the files in, or to replace by a finished one
// (os.Remove, then os.Rename); its error is returned as it is, unless the disk of the store is the cause. If there is a
// whole entry by now, because another process was faster, that one is kept and returned, and what differs is reported.
// A damaged one is replaced.
func (s *Store) Put(
	ctx context.Context, key Key, labels map[string]string, fill func(dir string) error,
) (Entry, error) {
	const op = "put a folder into the store"
	if key.text == "" {
		return Entry{}, errors.New("putting a folder into the store: the key is empty")
	}
	st, err := s.stage(ctx)
	if err != nil {
		return Entry{}, s.explain(op, s.root, err)
	}
	defer st.end()
	name := key.EntryID()
	dir := st.path(name)
	out := filepath.Join(dir, "out")
	if err := s.mkdir(out); err != nil {
		return Entry{}, s.explain(op, s.root, err)
	}
	if err := fill(out); err != nil {
		if s.owns(err) {
			err = s.explain(op, s.root, err)
		}
		return Entry{}, err
	}
	if err := s.seal(ctx, dir, key, labels); err != nil {
		return Entry{}, s.explain(op, s.root, err)
	}
	entry, err := s.commit(ctx, dir, s.path("entries", name))
	if err != nil {
		return Entry{}, s.explain(op, s.root, err)
	}
	return entry, nil
}

// seal makes the files of dir/out read-only, lists them, and writes all of the entry through to the disk, the marker
// last.
func (s *Store) seal(ctx context.Context, dir string, key Key, labels map[string]string) error {
	out := filepath.Join(dir, "out")
	items, err := scan(ctx, out)
	if err != nil {
		return err
	}
	folders := []string{dir, out}
	for _, i := range items {
		path := filepath.Join(out, filepath.FromSlash(i.path))
		switch {
		case i.fault != nil:
			return fmt.Errorf("%q: %w", i.path, i.fault)
		case i.kind == "dir":
			folders = append(folders, path)
		case i.kind == "file":
			err = errors.Join(s.chmod(path, i.mode()), s.sync(path))
		}
		if err != nil {
			return err
		}
	}
	text := render(items)
	content := digest.OfBytes([]byte(text))
	marker, err := markerText(content, s.now(), labels)
	if err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	err = errors.Join(s.write(filepath.Join(dir, "key"), key.text), s.write(filepath.Join(dir, "contents"), text))
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := errors.Join(s.chmod(folder, 0o755), s.sync(folder)); err != nil {
			return err
		}
	}
	if err := s.write(filepath.Join(dir, markerName), marker); err != nil {
		return err
	}
	return errors.Join(s.touch(filepath.Join(dir, markerName), s.now()), s.sync(dir))
}

// commit moves the sealed entry from its stage to its place, unless a whole one is there.
func (s *Store) commit(ctx context.Context, from, to string) (entry Entry, err error) {
	var damage *Damage
	var differences []Difference
	err = s.alone(ctx, func() (err error) {
		if entry, damage, err = s.settle(ctx, to); err != nil {
			return err
		}
		if entry.Dir != "" {
			_, kept, _ := read(to)
			_, made, _ := read(from)
			differences = compare(kept, made)
			return nil
		}
		if err := s.rename(from, to); err != nil {
			return err
		}
		entry, _, _ = read(to)
		return nil
	})
	if damage != nil {
		s.onDamage(*damage)
	}
	for _, d := range differences {
		s.onDifferent(d)
	}
	return entry, err
}
