package onnxpb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// Element types, by ONNX's numbers, that need a word here.
const (
	String    = 8
	Complex64 = 14
	Uint4     = 21
	Int4      = 22
)

// elementBits are the bits that an element takes, by ONNX's number of the type.
var elementBits = [...]int{
	1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, String: 0, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64,
	Complex64: 64, 15: 128, 16: 16, 17: 8, 18: 8, 19: 8, 20: 8, Uint4: 4, Int4: 4, 23: 4,
}

// Tensor is a tensor of any element type.
type Tensor struct {
	Element int // ONNX's number of the type
	Dims    []int64
	// Data has the elements in row-major order, little-endian, two 4-bit elements in a byte with the first one low.
	Data []byte
	// Strings has the elements of a tensor of strings, which has no Data.
	Strings []string
}

// maxElements keeps products of dimensions far from overflow.
const maxElements = 1 << 40

// Len is the number of elements: 1 for a scalar.
func (t Tensor) Len() int64 {
	n := int64(1)
	for _, d := range t.Dims {
		n *= d
	}
	return n
}

// parseTensor reads a TensorProto. What it returns is consistent: as many elements as the dimensions say.
func parseTensor(message []byte) (Tensor, error) {
	var t Tensor
	var numbers []uint64 // of the typed fields
	var raw []byte
	external := false
	err := fields(message, func(f field) error {
		var list []uint64
		var err error
		switch f.id {
		case 1: // dims
			if list, err = f.numbers(varint); err == nil {
				for _, d := range list {
					t.Dims = append(t.Dims, int64(d))
				}
			}
			return err
		case 2: // data_type
			t.Element = int(int32(f.number))
		case 4: // float_data
			list, err = f.numbers(fixed32)
		case 5, 7, 11: // int32_data, int64_data, uint64_data
			list, err = f.numbers(varint)
		case 6: // string_data
			t.Strings = append(t.Strings, string(f.data))
		case 9: // raw_data
			raw = f.data
		case 10: // double_data
			list, err = f.numbers(fixed64)
		case 14: // data_location
			external = f.number == 1
		}
		numbers = append(numbers, list...)
		return err
	})
	switch {
	case err != nil:
		return t, err
	case external:
		return t, fmt.Errorf("%w: data in another file", ErrUnsupported)
	case t.Element < 1 || t.Element >= len(elementBits):
		return t, fmt.Errorf("%w: element type %d", ErrUnsupported, t.Element)
	}
	if err := t.checkDims(); err != nil {
		return t, err
	}
	return t, t.fill(numbers, raw)
}

func (t *Tensor) checkDims() error {
	n := uint64(1)
	for _, d := range t.Dims {
		if d < 0 {
			return fmt.Errorf("dimension %d is negative", d)
		}
		high, low := bits.Mul64(n, uint64(d))
		if high != 0 || low > maxElements {
			return errors.New("too many elements")
		}
		n = low
	}
	return nil
}

// fill sets the elements from raw data or, where there is none, from numbers.
func (t *Tensor) fill(numbers []uint64, raw []byte) error {
	if t.Element == String {
		if int64(len(t.Strings)) != t.Len() {
			return fmt.Errorf("%d strings for %d elements", len(t.Strings), t.Len())
		}
		return nil
	}
	width := elementBits[t.Element]
	if raw == nil {
		raw = pack(numbers, t.Element, width)
	}
	if want := (t.Len()*int64(width) + 7) / 8; int64(len(raw)) != want {
		return fmt.Errorf("%d bytes for %d elements of %d bits", len(raw), t.Len(), width)
	}
	t.Data = raw
	return nil
}

// pack writes each number in the bits of its element. 4-bit elements come in pairs, complex ones as two numbers.
func pack(numbers []uint64, element, width int) []byte {
	switch {
	case width < 8:
		width = 8
	case element == Complex64 || width > 64:
		width /= 2
	}
	data := make([]byte, 0, len(numbers)*width/8)
	for _, v := range numbers {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], v)
		data = append(data, b[:width/8]...)
	}
	return data
}

// Floats are the elements of a tensor of floating-point numbers; complex ones give two. The result is nil for other
// types.
func (t Tensor) Floats() []float64 {
	switch t.Element {
	case 1, Complex64:
		return decode(t.Data, 4, func(b []byte) float64 {
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
		})
	case 11, 15:
		return decode(t.Data, 8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) })
	case 10:
		return decode(t.Data, 2, func(b []byte) float64 { return float16(binary.LittleEndian.Uint16(b)) })
	case 16:
		return decode(t.Data, 2, func(b []byte) float64 {
			return float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16))
		})
	default:
		return nil
	}
}

func decode(data []byte, size int, one func([]byte) float64) []float64 {
	list := make([]float64, len(data)/size)
	for i := range list {
		list[i] = one(data[i*size:])
	}
	return list
}

// float16 decodes an IEEE half: 1 bit sign, 5 bits exponent, 10 bits fraction.
func float16(h uint16) float64 {
	exponent, fraction := int(h>>10&31), float64(h&1023)
	var f float64
	switch exponent {
	case 0:
		f = math.Ldexp(fraction, -24)
	case 31:
		f = math.Inf(1)
		if fraction != 0 {
			f = math.NaN()
		}
	default:
		f = math.Ldexp(1024+fraction, exponent-25)
	}
	if h>>15 == 1 {
		f = -f
	}
	return f
}
