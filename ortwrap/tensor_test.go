package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestATensorTakesTheShapeItIsGiven(t *testing.T) {
	t.Parallel()
	vector, err := ortwrap.TensorOf([]float32{7})
	require.Equal(t, ortwrap.NewShape(1), own(t, vector, err).GetShape())
	matrix, err := ortwrap.TensorOf([]int64{1, 2, 3, 4, 5, 6}, 2, 3)
	require.Equal(t, ortwrap.NewShape(2, 3), own(t, matrix, err).GetShape())
	scalar, err := ortwrap.ScalarOf(float32(7))
	require.Empty(t, own(t, scalar, err).GetShape())
	none, err := ortwrap.TensorOf([]ortwrap.F16(nil))
	require.Equal(t, ortwrap.NewShape(0), own(t, none, err).GetShape())
}

func TestTensorsOfWrongLengthAreRefused(t *testing.T) {
	t.Parallel()
	for text, make := range map[string]func() (ortwrap.Value, error){
		"expected 6 elements for shape [2 3], got 5": func() (ortwrap.Value, error) {
			return ortwrap.TensorOf([]string{"a", "b", "c", "d", "e"}, 2, 3)
		},
		"expected 4 elements for shape [4], got 5": func() (ortwrap.Value, error) {
			return ortwrap.TensorOf(make([]float64, 5), 4)
		},
		"dimension -1 of shape [-1] is negative": func() (ortwrap.Value, error) {
			return ortwrap.TensorOf([]bool{true}, -1)
		},
		"has too many elements": func() (ortwrap.Value, error) {
			return ortwrap.TensorOf([]bool{true}, 1<<40, 1<<40)
		},
		"element 1 is 8, expected -8 to 7": func() (ortwrap.Value, error) {
			return ortwrap.TensorOf([]ortwrap.I4{7, 8})
		},
		"element 0 is 16, expected 0 to 15": func() (ortwrap.Value, error) {
			return ortwrap.ScalarOf(ortwrap.U4(16))
		},
		"expected 2 bytes for float16 elements of shape [], got 3": func() (ortwrap.Value, error) {
			return ortwrap.NewNative(ortwrap.Float16, nil, make([]byte, 3))
		},
		"elements of type string have no fixed size": func() (ortwrap.Value, error) {
			return ortwrap.NewNative(ortwrap.String, nil, nil)
		},
		"element type 99 have no fixed size": func() (ortwrap.Value, error) {
			return ortwrap.NewNative(99, nil, nil)
		},
	} {
		v, err := make()
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, text)
		require.ErrorContains(t, err, text)
		require.True(t, v == nil || v == (*ortwrap.Native)(nil))
	}
}

func TestElementsAreTheTensorsOwnMemoryWhereThatIsSafe(t *testing.T) {
	t.Parallel()
	floats := []float32{1, 2}
	v, err := ortwrap.TensorOf(floats)
	got, err := ortwrap.Elements[float32](own(t, v, err))
	require.NoError(t, err)
	require.Same(t, &floats[0], &got[0])

	halves := ortwrap.F16s(floats)
	v, err = ortwrap.TensorOf(halves)
	gotHalves, err := ortwrap.Elements[ortwrap.F16](own(t, v, err))
	require.NoError(t, err)
	require.Same(t, &halves[0], &gotHalves[0])

	// Bytes that lie where no float16 may lie are copied.
	odd := make([]byte, 32)[1:5] // 32 bytes begin at an even address
	odd[1] = 0x3c
	custom, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(2), odd, ortwrap.Float16)
	gotHalves, err = ortwrap.Elements[ortwrap.F16](own(t, custom, err))
	require.NoError(t, err)
	odd[1] = 0
	require.Equal(t, []float32{1, 0}, ortwrap.Float32s(gotHalves))
}

func TestElementsOfAnotherTypeAreAnError(t *testing.T) {
	t.Parallel()
	v := newTensor(t, ortwrap.NewShape(2), int8(1), 2)
	_, err := ortwrap.Elements[uint8](v)
	require.ErrorIs(t, err, ortwrap.ErrElementType)
	require.ErrorContains(t, err, "expected elements of type uint8, got int8")
	_, err = ortwrap.ArrayOf[ortwrap.I4](v)
	require.ErrorIs(t, err, ortwrap.ErrElementType)
	seq, err := ortwrap.NewSequence([]ortwrap.Value{v})
	_, err = ortwrap.Elements[int8](own(t, seq, err))
	require.ErrorIs(t, err, ortwrap.ErrElementType)
	require.ErrorContains(t, err, "expected tensor, got sequence")
	_, err = ortwrap.Bytes(seq)
	require.ErrorIs(t, err, ortwrap.ErrElementType)
	_, err = ortwrap.Items(v)
	require.ErrorIs(t, err, ortwrap.ErrElementType)
	_, err = ortwrap.MapOf[int64, float32](seq)
	require.ErrorIs(t, err, ortwrap.ErrElementType)
	_, err = ortwrap.NewMap(v, seq)
	require.ErrorIs(t, err, ortwrap.ErrElementType)
}

func TestDestroyedValuesAreErrors(t *testing.T) {
	t.Parallel()
	texts, err := ortwrap.ScalarOf("text")
	require.NoError(t, err)
	numbers, err := ortwrap.TensorOf([]float32{1})
	require.NoError(t, err)
	halves, err := ortwrap.TensorOf([]ortwrap.F16{1})
	require.NoError(t, err)
	seq, err := ortwrap.SequenceOf([]float32{1}, nil)
	require.NoError(t, err)
	m, err := ortwrap.NewMapFromGoMap(map[int64]string{1: "one"})
	require.NoError(t, err)
	for _, v := range []ortwrap.Value{texts, numbers, halves, seq} {
		require.NoError(t, v.Destroy())
		require.NoError(t, v.Destroy())
	}
	require.NoError(t, m.Destroy())
	var none *ortwrap.Native
	for _, v := range []ortwrap.Value{texts, numbers, halves, seq, m, nil, none} {
		_, err := ortwrap.Elements[float32](v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
		_, err = ortwrap.Bytes(v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
		_, err = ortwrap.Items(v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
		_, err = ortwrap.MapOf[int64, string](v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
		_, err = ortwrap.NewSequence([]ortwrap.Value{v})
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
		_, err = ortwrap.NewMap(v, v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	}
	_, err = open(t, "half.onnx").Run(t.Context(), halves)
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
}

func TestContentsCanBeZeroed(t *testing.T) {
	t.Parallel()
	half, err := ortwrap.ScalarOf(ortwrap.F16Of(2))
	own(t, half, err).ZeroContents()
	got, err := ortwrap.Elements[ortwrap.F16](half)
	require.NoError(t, err)
	require.Equal(t, []ortwrap.F16{0}, got)
	text, err := ortwrap.ScalarOf("text")
	own(t, text, err).ZeroContents()
	texts, err := ortwrap.Elements[string](text)
	require.NoError(t, err)
	require.Equal(t, []string{""}, texts)
}
