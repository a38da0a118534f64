package unpack

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Kind says what an [Entry] is.
type Kind int

// The kinds of entries. Others, such as device files, are refused.
const (
	Folder Kind = iota
	File
	Symlink
	HardLink
)

// Entry is one member of an archive.
type Entry struct {
	Name       string // clean slash path below the archive's root
	Kind       Kind
	Executable bool
	Link       string // Symlink: its text; HardLink: the clean Name of the entry that it shares its content with
}

// Visit is called for each entry in the archive's order; content is empty for all but files. It returns [fs.SkipAll] to
// end the walk without an error.
type Visit func(e Entry, content io.Reader) error

// maxLink is the longest text of a symbolic link in bytes, as on Linux (PATH_MAX).
const maxLink = 4096

// Walk calls visit for every entry of the archive file. It writes nothing.
func Walk(ctx context.Context, file string, visit Visit) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := walk(ctx, f, visit); err != nil && !errors.Is(err, fs.SkipAll) {
		return fmt.Errorf("reading archive %q: %w", filepath.Base(file), err)
	}
	return nil
}

func walk(ctx context.Context, f *os.File, visit Visit) error {
	r := bufio.NewReaderSize(&reader{ctx, f}, 1<<20)
	suffix, err := suffixOf(r)
	if err != nil {
		return err
	}
	switch suffix {
	case Zip:
		return walkZip(ctx, f, visit)
	case Deb:
		data, err := debData(r)
		if err != nil {
			return err
		}
		return walkTar(data, visit)
	default:
		return walkTar(r, visit)
	}
}

// walkTar walks the possibly compressed tar stream r.
func walkTar(r *bufio.Reader, visit Visit) error {
	suffix, err := suffixOf(r)
	if err != nil {
		return err
	}
	plain, free, err := decompress(r, suffix)
	if err != nil {
		return err
	}
	defer free()
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		entry, ok, err := tarEntry(header)
		if err == nil && ok {
			err = visit(entry, archive)
		}
		if err != nil {
			return inEntry(header.Name, err)
		}
	}
	// What follows the end mark is padding, and the compressor's checksum of all that came before.
	_, err = io.Copy(io.Discard, plain)
	return err
}

func tarEntry(h *tar.Header) (e Entry, ok bool, err error) {
	if h.Typeflag == tar.TypeXGlobalHeader { // a comment: git archive notes the commit so
		return Entry{}, false, nil
	}
	name, ok, err := clean(h.Name)
	if err != nil || !ok {
		return Entry{}, false, err
	}
	e = Entry{Name: name, Executable: h.Mode&0o111 != 0}
	switch h.Typeflag {
	case tar.TypeDir:
		e.Kind = Folder
	case tar.TypeReg:
		e.Kind = File
	case tar.TypeSymlink:
		e.Kind, e.Link = Symlink, h.Linkname
	case tar.TypeLink:
		e.Kind = HardLink
		e.Link, ok, err = clean(h.Linkname)
		if err == nil && !ok {
			err = errors.New("a hard link to the root")
		}
	default:
		err = fmt.Errorf("is of tar type %q: only files, folders and links are unpacked", h.Typeflag)
	}
	return e, err == nil, err
}

func walkZip(ctx context.Context, f *os.File, visit Visit) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(f, info.Size())
	if err != nil {
		return err
	}
	for _, member := range archive.File {
		if err := walkZipMember(ctx, member, visit); err != nil {
			return inEntry(member.Name, err)
		}
	}
	return nil
}

func walkZipMember(ctx context.Context, member *zip.File, visit Visit) error {
	name, ok, err := clean(member.Name)
	if err != nil || !ok {
		return err
	}
	mode := member.Mode()
	e := Entry{Name: name, Executable: mode&0o111 != 0}
	if mode.IsDir() {
		return visit(e, strings.NewReader(""))
	}
	content, err := member.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	switch mode.Type() {
	case 0:
		e.Kind = File
		return visit(e, &reader{ctx, content})
	case fs.ModeSymlink:
		text, err := io.ReadAll(io.LimitReader(content, maxLink+1))
		if err != nil {
			return err
		}
		if len(text) > maxLink {
			return fmt.Errorf("a symbolic link of more than %d bytes", maxLink)
		}
		e.Kind, e.Link = Symlink, string(text)
		return visit(e, strings.NewReader(""))
	default:
		return fmt.Errorf("has mode %v: only files, folders and links are unpacked", mode)
	}
}

// clean checks a name out of an archive. The root itself ("./") is not ok, and no error.
func clean(name string) (cleaned string, ok bool, err error) {
	cleaned = path.Clean(name)
	if name == "" || path.IsAbs(name) || !filepath.IsLocal(filepath.FromSlash(cleaned)) {
		return "", false, errors.New("a name that leads out of the archive's root")
	}
	return cleaned, cleaned != ".", nil
}

func inEntry(name string, err error) error {
	if errors.Is(err, fs.SkipAll) {
		return err
	}
	return fmt.Errorf("entry %q: %w", name, err)
}

// reader ends with the context.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
