package devicecode

import (
	"encoding/binary"
	"fmt"
	"io"
)

// A fat binary starts with magic (4 bytes), version (2), size of this header (2), size of the entries (8). An entry
// starts with kind (2), version (2), size of its header (4), size of its padded payload (8), and has its capability as
// a number (90, 120) at byte 28, flags (8) at byte 40 and the size before compression (8) at byte 56. All numbers are
// little-endian. Headers may be longer than what is known of them.
const (
	magic       = 0xBA55ED50
	version     = 1
	headerSize  = 16
	entryHeader = 64
	padding     = 8 // linkers align fat binaries to it
)

// Kinds of entries.
const (
	kindPTX   = 1
	kindCubin = 2
)

// Flags of entries.
const (
	flagLZ4         = 0x2000
	flagZstd        = 0x8000
	flagAccelerated = 0x100000
	flagFamily      = 0x200000
)

// parse reads the fat binaries of a section. Errors name the byte of the section.
func parse(section *io.SectionReader) ([]Entry, error) {
	var entries []Entry
	var header [headerSize]byte
	for at := int64(0); at < section.Size(); {
		left := section.Size() - at
		n := min(left, headerSize)
		if _, err := section.ReadAt(header[:n], at); err != nil {
			return nil, fmt.Errorf("fat binary at byte %d: %w", at, err)
		}
		if skip := min(left, padding); zero(header[:skip]) {
			at += skip
			continue
		}
		if left < headerSize {
			return nil, fmt.Errorf("fat binary at byte %d: it is cut off: %d bytes are left for its header", at, left)
		}
		if m := binary.LittleEndian.Uint32(header[:]); m != magic {
			return nil, fmt.Errorf("fat binary at byte %d: it starts with %#x, not %#x", at, m, uint32(magic))
		}
		if v := binary.LittleEndian.Uint16(header[4:]); v != version {
			return nil, fmt.Errorf("fat binary at byte %d: its version is %d, only %d is known", at, v, version)
		}
		start := int64(binary.LittleEndian.Uint16(header[6:]))
		size := binary.LittleEndian.Uint64(header[8:])
		if start < headerSize || start > left || size > uint64(left-start) {
			return nil, fmt.Errorf("fat binary at byte %d: it is cut off: headers of %d and entries of %d bytes in %d",
				at, start, size, left)
		}
		end := at + start + int64(size)
		for at += start; at < end; {
			e, next, err := parseEntry(section, at, end)
			if err != nil {
				return nil, fmt.Errorf("entry at byte %d: %w", at, err)
			}
			entries = append(entries, e)
			at = next
		}
	}
	return entries, nil
}

// parseEntry reads the entry at byte at of a fat binary that ends at byte end, and returns where the next one starts.
func parseEntry(section *io.SectionReader, at, end int64) (e Entry, next int64, err error) {
	if end-at < entryHeader {
		return Entry{}, 0, fmt.Errorf("it is cut off: %d bytes are left for its header", end-at)
	}
	var header [entryHeader]byte
	if _, err := section.ReadAt(header[:], at); err != nil {
		return Entry{}, 0, err
	}
	start := int64(binary.LittleEndian.Uint32(header[4:]))
	size := binary.LittleEndian.Uint64(header[8:])
	if start < entryHeader {
		return Entry{}, 0, fmt.Errorf("its header has %d bytes, at least %d are needed", start, entryHeader)
	}
	if start > end-at || size > uint64(end-at-start) {
		return Entry{}, 0, fmt.Errorf("it is cut off: a header of %d and a payload of %d bytes in %d", start, size, end-at)
	}
	capability := binary.LittleEndian.Uint32(header[28:])
	flags := binary.LittleEndian.Uint64(header[40:])
	e = Entry{
		Kind:        Other,
		Capability:  fmt.Sprintf("%d.%d", capability/10, capability%10),
		Accelerated: flags&flagAccelerated != 0,
		Family:      flags&flagFamily != 0,
		Bytes:       start + int64(size),
		Compressed:  flags&(flagLZ4|flagZstd) != 0 || binary.LittleEndian.Uint64(header[56:]) != 0,
	}
	switch binary.LittleEndian.Uint16(header[:]) {
	case kindPTX:
		e.Kind = PTX
	case kindCubin:
		e.Kind = SASS
	}
	return e, at + e.Bytes, nil
}

func zero(data []byte) bool {
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}
