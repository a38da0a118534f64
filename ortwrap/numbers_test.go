package ortwrap_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func numberTensor[T ortwrap.TensorData](t *testing.T, data ...T) ortwrap.Value {
	t.Helper()
	return newTensor(t, ortwrap.NewShape(int64(len(data))), data...)
}

func scalar[T ortwrap.TensorData](t *testing.T, x T) ortwrap.Value {
	t.Helper()
	v, err := ortwrap.NewScalar(x)
	return own(t, v, err)
}

func custom(t *testing.T, element ortwrap.ElementType, n int64, data ...byte) ortwrap.Value {
	t.Helper()
	v, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(n), data, element)
	return own(t, v, err)
}

func TestElementsOfEveryNumericTypeAreFloat64s(t *testing.T) {
	t.Parallel()
	type celsius float32
	inf := math.Inf(1)
	cases := []struct {
		name  string
		value ortwrap.Value
		want  []float64
	}{
		{"float32", numberTensor[float32](t, 1.5, -2), []float64{1.5, -2}},
		{"float64", numberTensor(t, 0.1, -inf), []float64{0.1, -inf}},
		{"int8", numberTensor[int8](t, -128, 127), []float64{-128, 127}},
		{"int16", numberTensor[int16](t, -32768), []float64{-32768}},
		{"int32", numberTensor[int32](t, -7), []float64{-7}},
		{"int64", numberTensor[int64](t, -1<<53), []float64{-1 << 53}},
		{"uint8", numberTensor[uint8](t, 255), []float64{255}},
		{"uint16", numberTensor[uint16](t, 65535), []float64{65535}},
		{"uint32", numberTensor[uint32](t, 1<<31), []float64{1 << 31}},
		{"uint64", numberTensor[uint64](t, 1<<63), []float64{1 << 63}},
		{"bool", numberTensor(t, true, false), []float64{1, 0}},
		{"named type", numberTensor[celsius](t, 36.5), []float64{36.5}},
		{"no elements", numberTensor[float32](t), []float64{}},
		{"two dimensions", newTensor[float32](t, ortwrap.NewShape(2, 2), 1, 2, 3, 4), []float64{1, 2, 3, 4}},
		{"scalar float32", scalar[float32](t, 1.5), []float64{1.5}},
		{"scalar float64", scalar(t, 0.1), []float64{0.1}},
		{"scalar int8", scalar[int8](t, -1), []float64{-1}},
		{"scalar uint64", scalar[uint64](t, 9), []float64{9}},
		{"scalar bool", scalar(t, true), []float64{1}},
		{"float16", custom(t, ortwrap.Float16, 4, 0, 0x3c, 0, 0xc0, 1, 0, 0, 0x7c), []float64{1, -2, 0x1p-24, inf}},
		{"bfloat16", custom(t, ortwrap.BFloat16, 2, 0x80, 0x3f, 0x20, 0xc1), []float64{1, -10}},
		{"float8e4m3fn", custom(t, ortwrap.Float8E4M3FN, 4, 0x38, 0xfe, 0x01, 0x81), []float64{1, -448, 0x1p-9, -0x1p-9}},
		{"float8e4m3fnuz", custom(t, ortwrap.Float8E4M3FNUZ, 3, 0x40, 0x7f, 0x01), []float64{1, 240, 0x1p-10}},
		{"float8e5m2", custom(t, ortwrap.Float8E5M2, 4, 0x3c, 0x7b, 0xfc, 1), []float64{1, 57344, -inf, 0x1p-16}},
		{"float8e5m2fnuz", custom(t, ortwrap.Float8E5M2FNUZ, 3, 0x40, 0x7f, 1), []float64{1, 57344, 0x1p-17}},
		{"int4", custom(t, ortwrap.Int4, 3, 0x87, 0x0f), []float64{7, -8, -1}},
		{"uint4", custom(t, ortwrap.Uint4, 3, 0x87, 0x0f), []float64{7, 8, 15}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := ortwrap.Float64s(c.value)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestNotANumberHasACodeInEveryFloat(t *testing.T) {
	t.Parallel()
	for _, v := range []ortwrap.Value{
		numberTensor(t, float32(math.NaN())),
		custom(t, ortwrap.Float16, 1, 1, 0x7c), custom(t, ortwrap.BFloat16, 1, 0xc0, 0x7f),
		custom(t, ortwrap.Float8E4M3FN, 2, 0x7f, 0xff), custom(t, ortwrap.Float8E4M3FNUZ, 1, 0x80),
		custom(t, ortwrap.Float8E5M2, 2, 0x7d, 0xff), custom(t, ortwrap.Float8E5M2FNUZ, 1, 0x80),
	} {
		got, err := ortwrap.Float64s(v)
		require.NoError(t, err)
		for _, x := range got {
			require.True(t, math.IsNaN(x), "%s: %g", ortwrap.ElementType(v.DataType()), x)
		}
	}
}

func TestWhatHasNoNumbersIsAnError(t *testing.T) {
	t.Parallel()
	words, err := ortwrap.NewStringTensor(ortwrap.NewShape(1), []string{"1"})
	own(t, words, err)
	list, err := ortwrap.NewSequence([]ortwrap.Value{numberTensor[float32](t, 1)})
	own(t, list, err)
	gone, err := ortwrap.NewTensor(ortwrap.NewShape(1), []float32{1})
	require.NoError(t, err)
	require.NoError(t, gone.Destroy())
	var typedNil *ortwrap.Tensor[float32]
	cases := []struct {
		name  string
		value ortwrap.Value
		want  error
		text  string
	}{
		{"nil", nil, ortwrap.ErrInvalidValue, "it is nil"},
		{"typed nil", typedNil, ortwrap.ErrInvalidValue, "it is nil"},
		{"destroyed", gone, ortwrap.ErrInvalidValue, "it has been destroyed"},
		{"strings", words, ortwrap.ErrElementType, "expected real numbers, got elements of type string"},
		{"sequence", list, ortwrap.ErrElementType, "expected tensor, got sequence: take the tensors out of it"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := ortwrap.Float64s(c.value)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.text)
			_, err = ortwrap.TopK(c.value, 1)
			require.ErrorIs(t, err, c.want)
			require.ErrorIs(t, ortwrap.CheckProbabilities(c.value, 1), c.want)
		})
	}
}

func BenchmarkFloat64s(b *testing.B) {
	v, err := ortwrap.NewEmptyTensor[float32](ortwrap.NewShape(1_000_000))
	require.NoError(b, err)
	defer v.Destroy()
	b.SetBytes(4_000_000)
	for b.Loop() {
		_, err := ortwrap.Float64s(v)
		require.NoError(b, err)
	}
}
