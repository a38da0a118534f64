// Package archive reads static libraries, and merges many of them into one.
//
//	stats, err := archive.Merge(ctx, runner, "ar", []archive.Library{
//		{Path: "b/libonnxruntime_session.a", Component: "onnxruntime"},
//		{Path: "b/_deps/re2-build/libre2.a", Component: "re2"},
//	}, "libonnxruntime.a")
//	fmt.Println(stats.Members, "objects")
//
// The format is that of ar(5): the System V and GNU form of Linux, and the BSD form of macOS. The Go libraries for it
// panic on ordinary static libraries or know no symbol table, so the reader is our own. Writing is left to the
// toolchain's ar.
package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrThin tells that an archive only names its members and holds none of them (ar's option T): it is of no use in
// another folder.
var ErrThin = errors.New("it is a thin archive, which names its objects and does not hold them")

// Archive is the table of contents of a static library. It holds no open file.
type Archive struct {
	Members []Member // in file order; names may repeat
	Symbols []Symbol // of the archive's own symbol table, in its order; empty if it has none
}

// Member is one file of an archive.
type Member struct {
	Name   string
	Offset int64 // of the content, in bytes from the start of the archive
	Size   int64 // of the content, in bytes

	header int64 // where the header starts: what a symbol table points at
}

// Symbol is an entry of the symbol table: a global name and the member that defines it.
type Symbol struct {
	Name   string
	Member int // index into Archive.Members
}

// Read reads the table of contents of the archive at path. A thin archive gives [ErrThin].
func Read(path string) (Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		return Archive{}, fmt.Errorf("reading an archive: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Archive{}, fmt.Errorf("reading an archive: %w", err)
	}
	contents, err := Parse(file, info.Size())
	if err != nil {
		return Archive{}, fmt.Errorf("reading archive %q: %w", path, err)
	}
	return contents, nil
}

// Parse reads the table of contents of an archive of size bytes. Whatever r holds, it neither panics nor reads beyond
// size, and every member of the result lies inside.
func Parse(r io.ReaderAt, size int64) (Archive, error) {
	p := parser{r: r}
	if err := eachEntry(r, size, p.entry); err != nil {
		return Archive{}, err
	}
	symbols, err := p.symbols()
	if err != nil {
		return Archive{}, err
	}
	return Archive{Members: p.members, Symbols: symbols}, nil
}

// Bytes returns the sum of the members' sizes.
func (a Archive) Bytes() int64 {
	var sum int64
	for _, m := range a.Members {
		sum += m.Size
	}
	return sum
}
