package unpack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// ErrEmpty tells that an archive holds nothing, or nothing of what was wanted.
var ErrEmpty = errors.New("no entry to unpack")

// Archive unpacks all of the archive file below the folder dest, which is made where it is missing. After an error dest
// holds a part of the archive.
func Archive(ctx context.Context, file, dest string) error {
	return Part(ctx, file, dest, func(name string) (string, bool, error) { return name, true, nil })
}

// Part is like [Archive] for the entries that place takes: it gets an entry's name, a clean slash path, and returns the
// name to write it to below dest, and whether to write it at all. A hard link's target is placed in the same way.
func Part(ctx context.Context, file, dest string, place func(name string) (string, bool, error)) error {
	if err := os.MkdirAll(dest, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dest)
	if err != nil {
		return err
	}
	defer root.Close()
	tree := &tree{root: root, folders: map[string]bool{".": true}}
	placed := 0
	err = Walk(ctx, file, func(e Entry, content io.Reader) error {
		name, ok, err := place(e.Name)
		if err != nil || !ok {
			return err
		}
		e.Name = name
		placed++
		if e.Kind == HardLink {
			if e.Link, ok, err = place(e.Link); err != nil {
				return err
			} else if !ok {
				return errors.New("a hard link to an entry that is left out")
			}
		}
		return tree.add(e, content)
	})
	if err != nil {
		return err
	}
	if placed == 0 {
		return fmt.Errorf("unpacking %q: %w", filepath.Base(file), ErrEmpty)
	}
	return tree.checkLinks()
}

// tree writes entries below a root.
type tree struct {
	root    *os.Root
	folders map[string]bool // those made by this tree
	links   []string
}

func (t *tree) add(e Entry, content io.Reader) error {
	if e.Kind == Folder {
		return t.folder(e.Name)
	}
	if err := t.folder(path.Dir(e.Name)); err != nil {
		return err
	}
	// A later entry of the same name replaces the earlier one; without this it would be written through a link.
	if err := t.root.Remove(e.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch e.Kind {
	case Symlink:
		t.links = append(t.links, e.Name)
		if path.IsAbs(e.Link) || !filepath.IsLocal(path.Join(path.Dir(e.Name), e.Link)) {
			return fmt.Errorf("a symbolic link that leads out of the archive's root: %q", e.Link)
		}
		return t.root.Symlink(e.Link, e.Name)
	case HardLink:
		t.links = append(t.links, e.Name) // it may share a symbolic link that leads elsewhere from here
		return t.root.Link(e.Link, e.Name)
	default:
		return t.file(e, content)
	}
}

func (t *tree) file(e Entry, content io.Reader) error {
	mode := fs.FileMode(0o644)
	if e.Executable {
		mode = 0o755
	}
	out, err := t.root.OpenFile(e.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return errors.Join(err, out.Close())
}

func (t *tree) folder(name string) error {
	if t.folders[name] {
		return nil
	}
	if err := t.root.MkdirAll(name, 0o755); err != nil {
		return err
	}
	t.folders[name] = true
	return nil
}

// checkLinks follows every link once all entries are there. A chain of links can lead out although the text of each
// looks harmless; the root refuses to follow it. A link to nothing is kept, as tar does.
func (t *tree) checkLinks() error {
	for _, name := range t.links {
		if _, err := t.root.Stat(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("following link %q: %w", name, err)
		}
	}
	return nil
}
