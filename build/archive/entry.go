package archive

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	magic      = "!<arch>\n"
	thinMagic  = "!<thin>\n"
	headerSize = 60
)

// entry is one header of an archive with the place of its content. Symbol and name tables are entries like the others.
//
// The header is text, padded with spaces: name 16 bytes, date 12, user 6, group 6, mode 8, size 10, and "`\n".
type entry struct {
	name   string // as written: "a.o/", "/42", "#1/20"
	header int64
	offset int64
	size   int64
}

// eachEntry calls f for every entry of an archive, each of which lies inside the archive.
func eachEntry(r io.ReaderAt, size int64, f func(entry) error) error {
	first := make([]byte, len(magic))
	if size < int64(len(magic)) {
		return fmt.Errorf("%d bytes are too few for an archive", size)
	}
	if _, err := r.ReadAt(first, 0); err != nil {
		return fmt.Errorf("reading its first bytes: %w", err)
	}
	switch string(first) {
	case magic:
	case thinMagic:
		return ErrThin
	default:
		return fmt.Errorf("it starts with %q, which no archive does", first)
	}
	for at := int64(len(magic)); at < size; {
		e, err := readEntry(r, size, at)
		if err != nil {
			return err
		}
		if err := f(e); err != nil {
			return fmt.Errorf("entry %q at byte %d: %w", e.name, at, err)
		}
		at = e.offset + e.size
		at += at % 2 // entries start at even bytes
	}
	return nil
}

func readEntry(r io.ReaderAt, size, at int64) (entry, error) {
	if size-at < headerSize {
		return entry{}, fmt.Errorf("it is cut off inside the header at byte %d", at)
	}
	header := make([]byte, headerSize)
	if _, err := r.ReadAt(header, at); err != nil {
		return entry{}, fmt.Errorf("reading the header at byte %d: %w", at, err)
	}
	if !bytes.HasSuffix(header, []byte("`\n")) {
		return entry{}, fmt.Errorf("there is no header at byte %d", at)
	}
	name := strings.TrimRight(string(header[:16]), " ")
	length, err := strconv.ParseUint(strings.TrimRight(string(header[48:58]), " "), 10, 62)
	if err != nil {
		return entry{}, fmt.Errorf("size of entry %q at byte %d: %w", name, at, err)
	}
	e := entry{name: name, header: at, offset: at + headerSize, size: int64(length)}
	if e.size > size-e.offset {
		return entry{}, fmt.Errorf("it is cut off inside entry %q at byte %d: %d bytes should follow, %d do",
			name, at, e.size, size-e.offset)
	}
	return e, nil
}
