package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// errShort is the answer to every table that ends before what it announces.
var errShort = errors.New("it is shorter than it says")

// GNU and System V: a count, that many offsets of member headers, then that many names, each ended by NUL. All numbers
// are big-endian, of 4 bytes ("/") or of 8 ("/SYM64/", beyond 4 GiB).
func decodeGNU32(table []byte) ([]reference, error) {
	return decodeGNU(table, 4, func(b []byte) uint64 { return uint64(binary.BigEndian.Uint32(b)) })
}

func decodeGNU64(table []byte) ([]reference, error) {
	return decodeGNU(table, 8, binary.BigEndian.Uint64)
}

func decodeGNU(table []byte, width int, number func([]byte) uint64) ([]reference, error) {
	if len(table) < width {
		return nil, errShort
	}
	count := number(table)
	rest := table[width:]
	if count > uint64(len(rest)/width) {
		return nil, errShort
	}
	offsets, names := rest[:int(count)*width], rest[int(count)*width:]
	references := make([]reference, count)
	for i := range references {
		name, after, found := bytes.Cut(names, []byte{0})
		if !found {
			return nil, fmt.Errorf("name %d of %d: %w", i+1, count, errShort)
		}
		references[i] = reference{name: string(name), header: int64(number(offsets[i*width:]))}
		names = after
	}
	return references, nil
}

// BSD: the length in bytes of a list of pairs (place of the name in the string table, offset of the member header),
// that list, the length of the string table, the string table. All numbers are little-endian, as all machines are that
// still have this form.
func decodeBSD32(table []byte) ([]reference, error) {
	return decodeBSD(table, 4, func(b []byte) uint64 { return uint64(binary.LittleEndian.Uint32(b)) })
}

func decodeBSD64(table []byte) ([]reference, error) {
	return decodeBSD(table, 8, binary.LittleEndian.Uint64)
}

func decodeBSD(table []byte, width int, number func([]byte) uint64) ([]reference, error) {
	pairs, rest, err := cutBlock(table, width, number)
	if err != nil {
		return nil, err
	}
	names, _, err := cutBlock(rest, width, number)
	if err != nil {
		return nil, err
	}
	references := make([]reference, len(pairs)/(2*width))
	for i := range references {
		pair := pairs[i*2*width:]
		start := number(pair)
		if start > uint64(len(names)) {
			return nil, fmt.Errorf("name %d: %w", i+1, errShort)
		}
		name, _, found := bytes.Cut(names[start:], []byte{0})
		if !found {
			return nil, fmt.Errorf("name %d: %w", i+1, errShort)
		}
		references[i] = reference{name: string(name), header: int64(number(pair[width:]))}
	}
	return references, nil
}

// cutBlock splits a length and that many bytes off data.
func cutBlock(data []byte, width int, number func([]byte) uint64) (block, rest []byte, err error) {
	if len(data) < width {
		return nil, nil, errShort
	}
	length := number(data)
	data = data[width:]
	if length > uint64(len(data)) {
		return nil, nil, errShort
	}
	return data[:length], data[length:], nil
}
