package ortwrap

import (
	"math"

	"github.com/x448/float16"
)

// F16 is an IEEE 754 binary16 number: 1 bit sign, 5 exponent, 10 fraction; see [Float16]. Its methods, such as Float32,
// are those of github.com/x448/float16.
type F16 = float16.Float16

// BF16 is a bfloat16 number: the upper half of an IEEE 754 binary32 number, 1 bit sign, 8 exponent, 7 fraction; see
// [BFloat16].
type BF16 uint16

// F16Of rounds to the nearest float16, to the even one where two are as near. Numbers above 65504 become infinite from
// 65520 on; NaN stays NaN.
func F16Of(x float32) F16 { return float16.Fromfloat32(x) }

// BF16Of rounds to the nearest bfloat16, to the even one where two are as near. The largest numbers become infinite;
// NaN stays NaN.
func BF16Of(x float32) BF16 {
	bits := math.Float32bits(x)
	if x != x {
		return BF16(bits>>16 | 1<<6) // the quiet bit: without it a NaN whose upper half has no fraction is infinite
	}
	return BF16((bits + 0x7fff + bits>>16&1) >> 16)
}

// Float32 is the same number as a float32.
func (x BF16) Float32() float32 { return math.Float32frombits(uint32(x) << 16) }

// F16s rounds each number with [F16Of].
func F16s(list []float32) []F16 { return each(list, F16Of) }

// BF16s rounds each number with [BF16Of].
func BF16s(list []float32) []BF16 { return each(list, BF16Of) }

// Float32s are the same numbers as float32.
func Float32s[T interface {
	F16 | BF16
	Float32() float32
}](list []T) []float32 {
	return each(list, T.Float32)
}

func each[From, To any](list []From, convert func(From) To) []To {
	out := make([]To, len(list))
	for i, x := range list {
		out[i] = convert(x)
	}
	return out
}
