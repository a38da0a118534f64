package patch

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	slash "path"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// Applied tells of a patch that was applied.
type Applied struct {
	Name   string   // path in the file system of patches
	Header Header   // of the patch
	Files  []string // the files that it changed, slash paths below the tree's root
}

// Conflict tells that a patch does not fit a tree.
type Conflict struct { //nolint:errname // it reads as what it is: errors.As(err, &conflict)
	Patch    string // path in the file system of patches
	File     string // slash path below the tree's root
	Hunk     int    // from 1; 0: the file itself is there and should not be, or the other way round
	Line     int    // of the file, from 1; 0 where Hunk is 0
	Expected string // the line that the patch wants there, or a description in parentheses
	Found    string // the line that is there, or a description in parentheses
}

func (c *Conflict) Error() string {
	at := c.File
	if c.Hunk > 0 {
		at = fmt.Sprintf("%s:%d, hunk %d", c.File, c.Line, c.Hunk)
	}
	return fmt.Sprintf("patch %s does not fit %s: expected %q, found %q", c.Patch, at, c.Expected, c.Found)
}

// Texts of [Conflict] that stand for no line of the file.
const (
	noFile    = "(no file)"
	aFile     = "(a regular file)"
	endOfFile = "(end of file)"
)

// Apply applies the patch file name of patches to the tree at the folder root. A patch that does not fit gives a
// [*fault.Error] that wraps a [*Conflict], and changes nothing.
func Apply(patches fs.FS, name, root string) (Applied, error) {
	text, err := fs.ReadFile(patches, name)
	if err != nil {
		return Applied{}, fmt.Errorf("reading patch %q: %w", name, err)
	}
	p, err := Parse(name, string(text))
	if err != nil {
		return Applied{}, err
	}
	tree, err := os.OpenRoot(root)
	if err != nil {
		return Applied{}, fmt.Errorf("patch %q: %w", name, err)
	}
	defer tree.Close()
	if err := p.apply(tree); err != nil {
		return Applied{}, err
	}
	return Applied{Name: name, Header: p.Header, Files: p.Files()}, nil
}

// result is what becomes of a file.
type result struct {
	name   string
	data   []byte
	mode   fs.FileMode
	remove bool
}

func (p Patch) apply(tree *os.Root) error {
	results := make([]result, len(p.files))
	for i, file := range p.files {
		var err error
		if results[i], err = p.compute(tree, file); err != nil {
			return err
		}
	}
	for _, r := range results {
		if err := r.write(tree); err != nil {
			return fmt.Errorf("patch %q: writing %q: %w", p.Name, r.name, err)
		}
	}
	return nil
}

func (p Patch) compute(tree *os.Root, file *gitdiff.File) (result, error) {
	r := result{name: path(file), mode: 0o644, remove: file.IsDelete}
	var old []byte
	info, err := tree.Lstat(r.name)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return r, fmt.Errorf("patch %q: %w", p.Name, err)
	case file.IsNew && err == nil:
		return r, p.conflict(&Conflict{File: r.name, Expected: noFile, Found: aFile})
	case file.IsNew:
		if file.NewMode&0o111 != 0 {
			r.mode = 0o755
		}
	case err != nil || !info.Mode().IsRegular():
		return r, p.conflict(&Conflict{File: r.name, Expected: aFile, Found: noFile})
	default:
		r.mode = info.Mode().Perm()
		if old, err = tree.ReadFile(r.name); err != nil {
			return r, fmt.Errorf("patch %q: %w", p.Name, err)
		}
	}
	var out bytes.Buffer
	if err := gitdiff.Apply(&out, bytes.NewReader(old), file); err != nil {
		return r, p.explain(err, r.name, file, old)
	}
	r.data = out.Bytes()
	return r, nil
}

// explain turns the library's conflict, which knows only where, into ours, which also says what.
func (p Patch) explain(err error, name string, file *gitdiff.File, old []byte) error {
	var at *gitdiff.ApplyError
	if !errors.Is(err, &gitdiff.Conflict{}) || !errors.As(err, &at) || at.Fragment < 1 {
		return fmt.Errorf("patch %q: applying it to %q: %w", p.Name, name, err)
	}
	hunk := file.TextFragments[at.Fragment-1]
	wrong := max(at.Line, hunk.OldPosition) // where the file ends before the hunk, the hunk's first line is
	c := &Conflict{File: name, Hunk: at.Fragment, Line: int(wrong), Expected: endOfFile, Found: endOfFile}
	number := hunk.OldPosition // of the next line that the hunk wants
	for _, line := range hunk.Lines {
		if line.Old() {
			if number == wrong {
				c.Expected = line.Line
			}
			number++
		}
	}
	number = 1
	for line := range bytes.Lines(old) {
		if number == wrong {
			c.Found = string(line)
		}
		number++
	}
	if expected, found := strings.TrimSuffix(c.Expected, "\n"), strings.TrimSuffix(c.Found, "\n"); expected != found {
		c.Expected, c.Found = expected, found // else the line's end is the very difference
	}
	return p.conflict(c)
}

func (p Patch) conflict(c *Conflict) error {
	c.Patch = p.Name
	return &fault.Error{
		Op: "patch the sources", On: c.File, Err: c,
		Hint: fmt.Sprintf("the sources are not those that the patch was made for. Make patches/%s anew for them, or "+
			"delete it if they have the change already (it is kept until: %s; upstream: %s)",
			p.Name, p.Header.Until, p.Header.Upstream),
	}
}

// write replaces the file under a new inode: the old one may be a hard link that has other names.
func (r result) write(tree *os.Root) error {
	if r.remove {
		return tree.Remove(r.name)
	}
	if err := tree.MkdirAll(slash.Dir(r.name), 0o755); err != nil {
		return err
	}
	temporary := r.name + ".patched"
	if err := tree.WriteFile(temporary, r.data, r.mode); err != nil {
		return err
	}
	return tree.Rename(temporary, r.name)
}
