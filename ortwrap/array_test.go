package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestAnArrayIsIndexedInRowMajorOrder(t *testing.T) {
	t.Parallel()
	data := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}
	a, err := ortwrap.NewArray(data, 2, 3, 4)
	require.NoError(t, err)
	require.Equal(t, 24, a.Len())
	require.Equal(t, 23, a.At(1, 2, 3))
	require.Equal(t, 6, a.At(0, 1, 2))
	require.Equal(t, 16, a.Offset(1, 1))
	part := a.Sub(1, 1)
	require.Equal(t, ortwrap.NewShape(4), part.Shape)
	require.Equal(t, []int{16, 17, 18, 19}, part.Data)
	part.Set(-1, 3)
	require.Equal(t, -1, data[19])
	require.Equal(t, 4, cap(part.Data))
	require.Equal(t, a, a.Sub())
	require.Equal(t, []int{22}, a.Sub(1, 2, 2).Data)
	require.Equal(t, 22, a.Sub(1, 2, 2).At())
}

func TestIndicesOutOfRangePanic(t *testing.T) {
	t.Parallel()
	a, err := ortwrap.NewArray(make([]float32, 6), 2, 3)
	require.NoError(t, err)
	for text, use := range map[string]func(){
		"ortwrap: index 3 out of range of dimension 1, which is 3":      func() { a.At(0, 3) },
		"ortwrap: index -1 out of range of dimension 0, which is 2":     func() { a.Set(1, -1, 0) },
		"ortwrap: index 2 out of range of dimension 0, which is 2":      func() { a.Sub(2) },
		"ortwrap: 3 indices for an array of 2 dimensions":               func() { a.Offset(0, 0, 0) },
		"ortwrap: 1 indices for an element of an array of 2 dimensions": func() { a.At(0) },
		"ortwrap: 1 indices for an array of 0 dimensions":               func() { a.Sub(0, 0).At(0) },
		"ortwrap: 0 indices for an element of an array of 1 dimensions": func() { a.Sub(0).At() },
	} {
		require.PanicsWithValue(t, text, use)
	}
}

func TestArraysOfWrongLengthAreRefused(t *testing.T) {
	t.Parallel()
	_, err := ortwrap.NewArray(make([]float32, 5), 2, 3)
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	require.ErrorContains(t, err, "expected 6 elements for shape [2 3], got 5")
	_, err = ortwrap.NewArray([]int{}, 1<<62, 4)
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	a, err := ortwrap.NewArray([]string{"one", "two"})
	require.NoError(t, err)
	require.Equal(t, ortwrap.NewShape(2), a.Shape)
	none, err := ortwrap.NewArray([]int{}, 3, 0)
	require.NoError(t, err)
	require.Empty(t, none.Sub(2).Data)
	_, err = ortwrap.ValueOf(ortwrap.Array[float32]{})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue) // a scalar has one element
}

func TestReadingAnElementAllocatesNothing(t *testing.T) {
	a, err := ortwrap.NewArray(make([]float32, 6), 2, 3)
	require.NoError(t, err)
	sum := float32(0)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		a.Set(1, 1, 2)
		sum += a.At(1, 2) + a.Sub(1).At(2)
	}))
}
