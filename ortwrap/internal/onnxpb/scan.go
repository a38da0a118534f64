package onnxpb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// TruncatedError says that a model ends in the middle of a part: it was not copied or downloaded to its end.
type TruncatedError struct {
	Part string // "the graph"
	Size int64  // bytes that there are
	Need int64  // bytes that there must be at least
}

func (e *TruncatedError) Error() string {
	return fmt.Sprintf("the data end inside %s: %d bytes of at least %d", e.Part, e.Size, e.Need)
}

// part is one field of a message that lies outside of memory: number for the wire type varint, and for bytes where the
// content lies.
type part struct {
	id, wire     int
	number       uint64
	offset, size int64
}

// scanner walks over the fields of a message without reading their content.
type scanner struct {
	r      io.ReaderAt
	size   int64
	window []byte // bytes of r from start on
	start  int64
}

// keyBytes bounds what stands before the content of a field: two numbers of up to 10 bytes.
const keyBytes = 2 * binary.MaxVarintLen64

// windowBytes is how much is read at once: small fields stand together.
const windowBytes = 4096

// at returns the next bytes from an offset: keyBytes of them, or less at the end.
func (s *scanner) at(offset int64) ([]byte, error) {
	n := min(keyBytes, s.size-offset)
	if offset < s.start || offset+n > s.start+int64(len(s.window)) {
		if cap(s.window) == 0 {
			s.window = make([]byte, windowBytes)
		}
		s.window = s.window[:min(windowBytes, s.size-offset)]
		s.start = offset
		if read, err := s.r.ReadAt(s.window, offset); read < len(s.window) {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			s.window = s.window[:0]
			return nil, err
		}
	}
	return s.window[offset-s.start:][:n], nil
}

// parts calls do for every field of the message in turn. names says what to call a field in which the data end.
func (s *scanner) parts(names map[int]string, do func(part) error) error {
	for offset := int64(0); offset < s.size; {
		b, err := s.at(offset)
		if err != nil {
			return err
		}
		key, n := binary.Uvarint(b)
		if n == 0 {
			return &TruncatedError{Part: "a field", Size: s.size, Need: s.size + 1}
		}
		if n < 0 || key>>3 == 0 || key>>3 > math.MaxInt32 {
			return errWire
		}
		p := part{id: int(key >> 3), wire: int(key & 7), offset: offset + int64(n)}
		name, known := names[p.id]
		if !known {
			name = fmt.Sprintf("field %d", p.id)
		}
		if err := p.measure(b[n:]); errors.Is(err, io.ErrUnexpectedEOF) {
			return &TruncatedError{Part: name, Size: s.size, Need: s.size + 1}
		} else if err != nil {
			return err
		}
		if p.size > s.size-p.offset {
			return &TruncatedError{Part: name, Size: s.size, Need: p.offset + p.size}
		}
		if err := do(p); err != nil {
			return err
		}
		offset = p.offset + p.size
	}
	return nil
}

// measure finds size and number of a field from the bytes after its key. Groups, which ONNX does not use, are errors.
func (p *part) measure(b []byte) error {
	switch p.wire {
	case varint, bytes:
		v, n := binary.Uvarint(b)
		switch {
		case n == 0 && len(b) < binary.MaxVarintLen64:
			return io.ErrUnexpectedEOF
		case n <= 0:
			return errWire
		case p.wire == varint:
			p.number, p.size = v, int64(n)
		case v > math.MaxInt32: // protobuf's own bound
			return errWire
		default:
			p.offset, p.size = p.offset+int64(n), int64(v)
		}
	case fixed64:
		p.size = 8
	case fixed32:
		p.size = 4
	default:
		return errWire
	}
	return nil
}

// read reads the content of a field of bytes.
func (s *scanner) read(p part) ([]byte, error) {
	data := make([]byte, p.size)
	if n, err := s.r.ReadAt(data, p.offset); n < len(data) {
		return nil, err
	}
	return data, nil
}
