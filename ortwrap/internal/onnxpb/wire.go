package onnxpb

import (
	"encoding/binary"
	"errors"
	"math"
)

// Wire types of protobuf.
const (
	varint  = 0
	fixed64 = 1
	bytes   = 2
	fixed32 = 5
)

var errWire = errors.New("malformed protobuf")

// field is one field of a message: number for the wire types varint, fixed64 and fixed32, data for bytes.
type field struct {
	id     int
	wire   int
	number uint64
	data   []byte
}

// fields calls do for every field of a message in turn. Groups, which ONNX does not use, are errors.
func fields(message []byte, do func(field) error) error {
	for len(message) > 0 {
		key, n := binary.Uvarint(message)
		if n <= 0 || key>>3 == 0 || key>>3 > math.MaxInt32 {
			return errWire
		}
		f := field{id: int(key >> 3), wire: int(key & 7)}
		n, rest := 0, message[n:]
		switch f.wire {
		case varint:
			f.number, n = binary.Uvarint(rest)
		case fixed64:
			if n = 8; len(rest) >= n {
				f.number = binary.LittleEndian.Uint64(rest)
			}
		case fixed32:
			if n = 4; len(rest) >= n {
				f.number = uint64(binary.LittleEndian.Uint32(rest))
			}
		case bytes:
			size, k := binary.Uvarint(rest)
			if k <= 0 || size > uint64(len(rest)-k) {
				return errWire
			}
			n = k + int(size)
			f.data = rest[k:n]
		default:
			return errWire
		}
		if n <= 0 || n > len(rest) {
			return errWire
		}
		message = rest[n:]
		if err := do(f); err != nil {
			return err
		}
	}
	return nil
}

// numbers are the values of a repeated field of numbers with the given wire type: one, or many packed into bytes.
func (f field) numbers(wire int) ([]uint64, error) {
	if f.wire == wire {
		return []uint64{f.number}, nil
	}
	if f.wire != bytes {
		return nil, errWire
	}
	var list []uint64
	for rest := f.data; len(rest) > 0; {
		var v uint64
		var n int
		switch {
		case wire == varint:
			v, n = binary.Uvarint(rest)
		case wire == fixed32 && len(rest) >= 4:
			v, n = uint64(binary.LittleEndian.Uint32(rest)), 4
		case wire == fixed64 && len(rest) >= 8:
			v, n = binary.LittleEndian.Uint64(rest), 8
		}
		if n <= 0 {
			return nil, errWire
		}
		list, rest = append(list, v), rest[n:]
	}
	return list, nil
}
