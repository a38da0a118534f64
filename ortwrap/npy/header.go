package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

const (
	magic     = "\x93NUMPY"
	alignment = 64      // of the data, from the start of the file
	maxHeader = 1 << 16 // bytes; what is supported needs less than 2 KB
	maxDims   = 64      // NumPy's own limit
)

// header is the Python dictionary before the data.
type header struct {
	descr   string // the type of the elements, such as "<f4"
	fortran bool   // the first dimension changes fastest in the data
	shape   ortwrap.Shape
}

// readHeader leaves the reader at the first byte of the data. Nothing at all to read is io.EOF.
func readHeader(r io.Reader) (header, error) {
	var start [len(magic) + 2]byte
	switch _, err := io.ReadFull(r, start[:]); {
	case err == io.EOF:
		return header{}, io.EOF
	case err != nil:
		return header{}, short("reading the header", err)
	}
	if string(start[:len(magic)]) != magic {
		return header{}, fmt.Errorf("%w: expected it to start with %q, got %q", ErrFormat, magic, start[:len(magic)])
	}
	size := make([]byte, 4)
	switch major, minor := start[len(magic)], start[len(magic)+1]; {
	case minor != 0 || major < 1 || major > 3:
		return header{}, fmt.Errorf("%w: expected format version 1.0, 2.0 or 3.0, got %d.%d",
			ErrUnsupported, major, minor)
	case major == 1:
		size = size[:2]
	}
	if _, err := io.ReadFull(r, size); err != nil {
		return header{}, short("reading the header", err)
	}
	length := binary.LittleEndian.Uint32(append(size, 0, 0)[:4])
	if length > maxHeader {
		return header{}, fmt.Errorf("%w: expected a header of at most %d bytes, got %d", ErrFormat, maxHeader, length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return header{}, short("reading the header", err)
	}
	h, err := parseHeader(string(text))
	if err != nil {
		return h, fmt.Errorf("reading the header %.200q: %w", strings.TrimSpace(string(text)), err)
	}
	return h, nil
}

// count is the number of elements. Dimensions whose product is beyond int64 are an error even beside a 0, so that
// nothing that comes later can overflow.
func (h header) count() (int64, error) {
	if len(h.shape) > maxDims {
		return 0, fmt.Errorf("expected at most %d dimensions, got %d", maxDims, len(h.shape))
	}
	n, product := int64(1), int64(1)
	for _, d := range h.shape {
		if d < 0 {
			return 0, fmt.Errorf("negative dimension in shape %v", []int64(h.shape))
		}
		n *= d
		if d != 0 && product > math.MaxInt64/d {
			return 0, fmt.Errorf("shape %v has too many elements", []int64(h.shape))
		}
		product *= max(d, 1)
	}
	return n, nil
}

// bytes are the header as numpy.save writes it, version 1.0. NumPy leaves space for a first dimension of 21 digits, so
// that a file can grow in place, and a whole block of spaces where the header is aligned without.
func (h header) bytes() []byte {
	dims := make([]string, len(h.shape))
	for i, d := range h.shape {
		dims[i] = strconv.FormatInt(d, 10)
	}
	tuple := strings.Join(dims, ", ")
	if len(dims) == 1 {
		tuple += ","
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", h.descr, tuple)
	if len(dims) > 0 {
		text += strings.Repeat(" ", 21-len(dims[0]))
	}
	start := len(magic) + 4
	text += strings.Repeat(" ", alignment-(start+len(text)+1)%alignment) + "\n"
	out := append(make([]byte, 0, start+len(text)), magic+"\x01\x00"...)
	return append(binary.LittleEndian.AppendUint16(out, uint16(len(text))), text...) //nolint:gosec // a few hundred
}
