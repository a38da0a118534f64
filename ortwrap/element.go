package ortwrap

import (
	"fmt"
	"unsafe"
)

// Element are the Go types of elements, one for each [ElementType]. Those that Go lacks are types of this package.
// ORT 1.21 knows complex64 and complex128 but makes no tensors of them: the error is [ErrUnsupportedValue].
type Element interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64 | bool | string |
		complex64 | complex128 | F16 | BF16 | I4 | U4 | F8E4M3FN | F8E4M3FNUZ | F8E5M2 | F8E5M2FNUZ
}

// Types of elements that take less than a byte. In Go each element has a byte of its own; ORT has two in one byte.
type (
	I4 int8  // of -8 to 7; see [Int4]
	U4 uint8 // of 0 to 15; see [Uint4]
)

// The types of 8-bit floating-point numbers, by their bits. There is no arithmetic on them here. They are defined in
// ONNX's "Float stored in 8 bits" and in arXiv 2209.05433 (FN) and 2206.02915 (FNUZ).
type (
	F8E4M3FN   uint8 // see [Float8E4M3FN]
	F8E4M3FNUZ uint8 // see [Float8E4M3FNUZ]
	F8E5M2     uint8 // see [Float8E5M2]
	F8E5M2FNUZ uint8 // see [Float8E5M2FNUZ]
)

// ElementOf is the type of elements that the Go type T stands for.
func ElementOf[T Element]() ElementType {
	var x T
	switch any(x).(type) {
	case int8:
		return Int8
	case int16:
		return Int16
	case int32:
		return Int32
	case int64:
		return Int64
	case uint8:
		return Uint8
	case uint16:
		return Uint16
	case uint32:
		return Uint32
	case uint64:
		return Uint64
	case float32:
		return Float32
	case float64:
		return Float64
	case bool:
		return Bool
	case string:
		return String
	case complex64:
		return Complex64
	case complex128:
		return Complex128
	case F16:
		return Float16
	case BF16:
		return BFloat16
	case I4:
		return Int4
	case U4:
		return Uint4
	case F8E4M3FN:
		return Float8E4M3FN
	case F8E4M3FNUZ:
		return Float8E4M3FNUZ
	case F8E5M2:
		return Float8E5M2
	case F8E5M2FNUZ:
		return Float8E5M2FNUZ
	default:
		return Undefined
	}
}

// byteSize is the number of bytes that n elements take.
func byteSize(element ElementType, n int64) (int64, error) {
	width := elements[element].bits
	if width == 0 {
		return 0, fmt.Errorf("%w: elements of type %s have no fixed size", ErrElementType, element)
	}
	return (n*width + 7) / 8, nil
}

// clearRest clears the half of the last byte that belongs to none of n elements. ORT leaves chance values there.
func clearRest(element ElementType, data []byte, n int64) {
	if (element == Int4 || element == Uint4) && n%2 == 1 {
		data[n/2] &= 15
	}
}

// pack puts two 4-bit elements into each byte, the first one low.
func pack[T I4 | U4](data []T) ([]byte, error) {
	low, high := T(0), T(15)
	if ElementOf[T]() == Int4 {
		low, high = ^T(7), 7
	}
	list := make([]byte, (len(data)+1)/2)
	for i, x := range data {
		if x < low || x > high {
			return nil, fmt.Errorf("%w: element %d is %d, expected %d to %d", ErrInvalidValue, i, x, low, high)
		}
		list[i/2] |= byte(x) & 15 << (i % 2 * 4)
	}
	return list, nil
}

// unpack is the reverse of pack.
func unpack[T I4 | U4](data []byte, n int) []T {
	list := make([]T, n)
	for i := range list {
		nibble := data[i/2] >> (i % 2 * 4) & 15
		if ElementOf[T]() == Int4 {
			nibble = byte(int8(nibble<<4) >> 4) //nolint:gosec // extends the sign
		}
		list[i] = T(nibble)
	}
	return list
}

// floating says whether elements are floating-point numbers.
func floating(element ElementType) bool {
	switch element {
	case Float32, Float64, Float16, BFloat16, Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ:
		return true
	default:
		return false
	}
}

// raw shows the memory of elements of a fixed size as bytes.
func raw[T any](data []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), len(data)*int(unsafe.Sizeof(*new(T))))
}
