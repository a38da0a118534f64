package ortwrap_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestBfloat16RoundsToTheNearestEven(t *testing.T) {
	t.Parallel()
	bits := math.Float32frombits
	for _, c := range []struct {
		in   float32
		want ortwrap.BF16
	}{
		{0, 0},
		{bits(0x80000000), 0x8000}, // -0
		{1, 0x3f80},
		{bits(0x3f807fff), 0x3f80}, // just below the middle
		{bits(0x3f808000), 0x3f80}, // the middle: 0x3f80 is even
		{bits(0x3f808001), 0x3f81}, // just above
		{bits(0x3f818000), 0x3f82}, // the middle: 0x3f81 is odd
		{bits(0xbf818000), 0xbf82},
		{math.MaxFloat32, 0x7f80},  // infinite
		{bits(0x7f7f7fff), 0x7f7f}, // the largest that stays finite
		{float32(math.Inf(-1)), 0xff80},
		{bits(0x7f800001), 0x7fc0}, // a NaN without a fraction in its upper half
		{bits(0xffffffff), 0xffff},
		{math.SmallestNonzeroFloat32, 0},
	} {
		require.Equal(t, c.want, ortwrap.BF16Of(c.in), "%x", math.Float32bits(c.in))
	}
}

func TestEveryBfloat16IsItselfAsFloat32(t *testing.T) {
	t.Parallel()
	for x := range 1 << 16 {
		h := ortwrap.BF16(x)
		back := ortwrap.BF16Of(h.Float32())
		if isNaN := h&0x7fff > 0x7f80; isNaN {
			require.Equal(t, h|0x40, back)
		} else {
			require.Equal(t, h, back)
		}
	}
}

func TestFloat16KeepsItsBounds(t *testing.T) {
	t.Parallel()
	require.Equal(t, float32(65504), ortwrap.F16Of(65519).Float32())
	require.True(t, ortwrap.F16Of(65520).IsInf(1))
	require.True(t, ortwrap.F16Of(float32(math.NaN())).IsNaN())
	require.Equal(t, []float32{1, -2, 0}, ortwrap.Float32s(ortwrap.F16s([]float32{1, -2, 1e-9})))
	require.Equal(t, []float32{1, -2, 0}, ortwrap.Float32s(ortwrap.BF16s([]float32{1, -2, 0})))
}
