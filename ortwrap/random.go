package ortwrap

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
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
	case Float16:
		return fill(shape, n, func() F16 { return F16Of(float32(g.float(11))) })
	case BFloat16:
		return fill(shape, n, func() BF16 { return BF16Of(float32(g.float(8))) })
	case Float8E4M3FN:
		return fill(shape, n, float8Of[F8E4M3FN](g))
	case Float8E4M3FNUZ:
		return fill(shape, n, float8Of[F8E4M3FNUZ](g))
	case Float8E5M2:
		return fill(shape, n, float8Of[F8E5M2](g))
	case Float8E5M2FNUZ:
		return fill(shape, n, float8Of[F8E5M2FNUZ](g))
	case Int4:
		return fill(shape, n, func() I4 { return I4(g.integer(1 << 3)) })
	case Int8:
		return fill(shape, n, func() int8 { return int8(g.integer(1 << 7)) })
	case Int16:
		return fill(shape, n, func() int16 { return int16(g.integer(1 << 15)) })
	case Int32:
		return fill(shape, n, func() int32 { return int32(g.integer(1 << 31)) })
	case Int64:
		return fill(shape, n, func() int64 { return g.integer(math.MaxInt64) })
	case Uint4:
		return fill(shape, n, func() U4 { return U4(g.integer(1 << 4)) })
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
		return fill(shape, n, func() string { return fmt.Sprintf("text %d", below(g.random, 10)) })
	default:
		return nil, fmt.Errorf("%w: elements of type %s: make this input yourself and call Run",
			ErrUnsupportedValue, element)
	}
}

// fill makes a tensor, or a scalar where there are no dimensions.
func fill[T Element](shape Shape, n int, next func() T) (Value, error) {
	list := make([]T, n)
	for i := range list {
		list[i] = next()
	}
	return tensorOf(shape, list)
}

// float8Of makes 8-bit floating-point numbers.
func float8Of[T F8E4M3FN | F8E4M3FNUZ | F8E5M2 | F8E5M2FNUZ](g generator) (next func() T) {
	codes := map[float64]T{}
	for code, x := range float8s(ElementOf[T]()) {
		if x != 0 || code == 0 { // not -0
			codes[x] = T(code)
		}
	}
	return func() T { return codes[g.float(3)] }
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
