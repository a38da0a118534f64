package npy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// Read reads one array. The caller destroys the value. The reader is left behind the last byte of the array, so that
// arrays that were saved one after the other are read one after the other; where nothing is left, the error is io.EOF.
// Other errors are [ErrFormat], [ErrUnsupported] or the reader's own.
func Read(r io.Reader) (ortwrap.Value, error) {
	switch r := r.(type) {
	case *bytes.Buffer:
		return read(r, int64(r.Len()))
	case *bytes.Reader:
		return read(r, int64(r.Len()))
	default:
		return read(r, -1)
	}
}

// ReadFile reads a .npy file with one array. The caller destroys the value. The error is one of those of [Read], or
// [ErrFormat] where something comes after the array.
func ReadFile(path string) (ortwrap.Value, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	there := int64(-1)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		there = info.Size()
	}
	v, err := readAll(f, there)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, err)
	}
	return v, nil
}

// readAll reads an array that nothing may follow.
func readAll(r io.Reader, there int64) (ortwrap.Value, error) {
	v, err := read(r, there)
	if err == io.EOF {
		return nil, fmt.Errorf("%w: it is empty", ErrFormat)
	}
	if err != nil {
		return nil, err
	}
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		err = fmt.Errorf("%w: something comes after the array's last element", ErrFormat)
		return nil, errors.Join(err, v.Destroy())
	case err != io.EOF:
		return nil, errors.Join(err, v.Destroy())
	}
	return v, nil
}

// read reads an array from a reader with at most so many bytes, -1 where that is not known.
func read(r io.Reader, there int64) (ortwrap.Value, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	n, err := h.count()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	a := array{header: h, r: r, there: there, count: n}
	v, err := a.value()
	if err != nil {
		return nil, fmt.Errorf("array of type %q and shape %v: %w", h.descr, []int64(h.shape), err)
	}
	return v, nil
}

// array is what value needs of a file: the header has been read, the data not yet.
type array struct {
	header
	r     io.Reader
	there int64
	count int64
}

// value reads the data, and makes the value that fits its type.
func (a array) value() (ortwrap.Value, error) {
	order, kind := splitDescr(a.descr)
	foreign := order == '<' && hostOrder == '>' || order == '>' && hostOrder == '<'
	switch kind {
	case "b1":
		return bools(a)
	case "i1":
		return numbers[int8](a, foreign)
	case "i2":
		return numbers[int16](a, foreign)
	case "i4":
		return numbers[int32](a, foreign)
	case "i8":
		return numbers[int64](a, foreign)
	case "u1":
		return numbers[uint8](a, foreign)
	case "u2":
		return numbers[uint16](a, foreign)
	case "u4":
		return numbers[uint32](a, foreign)
	case "u8":
		return numbers[uint64](a, foreign)
	case "f2":
		return numbers[ortwrap.F16](a, foreign)
	case "f4":
		return numbers[float32](a, foreign)
	case "f8":
		return numbers[float64](a, foreign)
	case "":
		return nil, fmt.Errorf(`%w: expected a type such as "<f4"`, ErrFormat)
	}
	length, err := strconv.ParseInt(kind[1:], 10, 32)
	switch {
	case kind[0] == 'O':
		return nil, fmt.Errorf("%w: it has Python objects: save it as an array of numbers or strings", ErrUnsupported)
	case (kind[0] == 'S' || kind[0] == 'U') && err == nil && length > 0:
		return texts(a, kind[0], int(length), foreign)
	}
	return nil, fmt.Errorf("%w: ONNX Runtime has no tensors of this type: convert it with astype", ErrUnsupported)
}

// splitDescr takes the byte order off a type: '<', '>', '|' (does not matter) or '=' (the machine's own).
func splitDescr(descr string) (order byte, kind string) {
	if descr == "" {
		return '|', ""
	}
	switch descr[0] {
	case '<', '>', '|', '=':
		return descr[0], descr[1:]
	default:
		return '=', descr
	}
}

// short tells the end of a file, where more should be, from other troubles with it.
func short(doing string, err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("%w: it ends too early: %w", ErrFormat, io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
