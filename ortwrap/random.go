package ortwrap

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/x448/float16"
)

// generator makes random tensors. It uses nothing but the numbers of PCG-DXSM (Melissa O'Neill, PCG: A Family of Simple
// Fast Space-Efficient Statistically Good Algorithms for Random Number Generation, 2014) and exact arithmetic, so that
// it makes the same elements everywhere and with every version of Go.
type generator struct {
	random   *rand.PCG
	integers int64 // integers are less than this
}

func (g generator) tensor(element ElementType, shape Shape, n int) (Value, error) {
	switch element {
	case Float32:
		return fill(shape, n, func() float32 { return float32(g.float(24)) })
	case Float64:
		return fill(shape, n, func() float64 { return g.float(53) })
	case Int8:
		return fill(shape, n, func() int8 { return int8(g.integer(1 << 7)) })
	case Int16:
		return fill(shape, n, func() int16 { return int16(g.integer(1 << 15)) })
	case Int32:
		return fill(shape, n, func() int32 { return int32(g.integer(1 << 31)) })
	case Int64:
		return fill(shape, n, func() int64 { return g.integer(math.MaxInt64) })
	case Uint8:
		return fill(shape, n, func() uint8 { return uint8(g.integer(1 << 8)) })
	case Uint16:
		return fill(shape, n, func() uint16 { return uint16(g.integer(1 << 16)) })
	case Uint32:
		return fill(shape, n, func() uint32 { return uint32(g.integer(1 << 32)) })
	case Uint64:
		return fill(shape, n, func() uint64 { return uint64(g.integer(math.MaxInt64)) })
	case Bool:
		return fill(shape, n, func() bool { return g.random.Uint64()>>63 == 1 })
	case String:
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("text %d", below(g.random, 10))
		}
		return NewStringTensor(atLeastOne(shape), list)
	default:
		data, err := g.custom(element, n)
		if err != nil {
			return nil, err
		}
		return NewCustomDataTensor(atLeastOne(shape), data, element)
	}
}

// fill makes a tensor, or a scalar where there are no dimensions.
func fill[T TensorData](shape Shape, n int, next func() T) (Value, error) {
	if len(shape) == 0 {
		return NewScalar(next())
	}
	list := make([]T, n)
	for i := range list {
		list[i] = next()
	}
	return NewTensor(shape, list)
}

// custom makes the bytes of elements that Go lacks.
func (g generator) custom(element ElementType, n int) ([]byte, error) {
	data := make([]byte, 0, max(2*n, 1))
	switch element {
	case Float16:
		for range n {
			h := float16.Fromfloat32(float32(g.float(11))).Bits()
			data = binary.LittleEndian.AppendUint16(data, h)
		}
	case BFloat16:
		for range n {
			data = binary.LittleEndian.AppendUint16(data, uint16(math.Float32bits(float32(g.float(8)))>>16))
		}
	case Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ:
		codes := map[float64]byte{}
		for code, x := range float8s(element) {
			if x != 0 || code == 0 { // not -0
				codes[x] = byte(code)
			}
		}
		for range n {
			data = append(data, codes[g.float(3)])
		}
	case Int4, Uint4:
		limit := int64(16)
		if element == Int4 {
			limit = 8
		}
		for i := range n {
			x := byte(g.integer(limit))
			if i%2 == 0 {
				data = append(data, x)
			} else {
				data[i/2] |= x << 4
			}
		}
	default:
		return nil, fmt.Errorf("%w: elements of type %s: make this input yourself and call Run",
			ErrUnsupportedValue, element)
	}
	if n == 0 {
		data = append(data, 0) // onnxruntime_go wants one byte even for no elements
	}
	return data, nil
}

// float is in [-1, 1), a multiple of 2^(1-bits): a type with so many bits for the fraction has it exactly.
func (g generator) float(bits int) float64 {
	return math.Ldexp(float64(g.random.Uint64()>>(64-bits)), 1-bits) - 1
}

func (g generator) integer(limit int64) int64 { return below(g.random, min(g.integers, limit)) }

// below is at least 0 and less than n. It favours no number by more than n/2^64.
func below(random *rand.PCG, n int64) int64 {
	high, _ := bits.Mul64(random.Uint64(), uint64(n))
	return int64(high)
}

// atLeastOne is for tensors that onnxruntime_go can't have without dimensions.
func atLeastOne(shape Shape) Shape {
	if len(shape) == 0 {
		return Shape{1}
	}
	return shape
}
