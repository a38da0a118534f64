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
	if x != x { // the quiet bit is set: without it a NaN whose upper half has no fraction is infinite
		return BF16(bits>>16 | 1<<6) //nolint:gosec // 16 bits are left
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

// float8s are the numbers that the 256 codes of an 8-bit float stand for, as ONNX defines them
// (https://onnx.ai/onnx/technical/float8.html): a bit for the sign, 4 or 5 for the exponent, the rest for the fraction.
// FN has no infinities; UZ has no negative zero either: its code is the only NaN.
func float8s(element ElementType) (table [256]float64) {
	exponentBits, bias := 4, 7
	switch element {
	case Float8E4M3FNUZ:
		bias = 8
	case Float8E5M2:
		exponentBits, bias = 5, 15
	case Float8E5M2FNUZ:
		exponentBits, bias = 5, 16
	}
	fractionBits := 7 - exponentBits
	for code := range table {
		exponent, fraction := code>>fractionBits&(1<<exponentBits-1), code&(1<<fractionBits-1)
		x := math.Ldexp(float64(fraction), 1-bias-fractionBits)
		if exponent > 0 {
			x = math.Ldexp(float64(fraction+1<<fractionBits), exponent-bias-fractionBits)
		}
		switch {
		case element == Float8E4M3FN && code&127 == 127:
			x = math.NaN()
		case element == Float8E5M2 && exponent == 31 && fraction > 0:
			x = math.NaN()
		case element == Float8E5M2 && exponent == 31:
			x = math.Inf(1)
		case (element == Float8E4M3FNUZ || element == Float8E5M2FNUZ) && code == 128:
			x = math.NaN()
		}
		if code > 127 {
			x = -x
		}
		table[code] = x
	}
	return table
}
