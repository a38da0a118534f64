package ortwrap

import "math"

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
