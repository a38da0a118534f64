package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestValuesThatCannotBeMadeAreErrors(t *testing.T) {
	t.Parallel()
	_, err := ortwrap.NewTensor(ortwrap.NewShape(2, 2), []float32{1, 2, 3})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	_, err = ortwrap.NewTensor(ortwrap.NewShape(-1), []float32{1})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	_, err = ortwrap.NewStringTensor(ortwrap.NewShape(2), []string{"one"})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	require.ErrorContains(t, err, "expected 2 elements for shape [2], got 1")
	_, err = ortwrap.NewSequence(nil)
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	_, err = ortwrap.NewSequence([]ortwrap.Value{nil})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
}

func TestEmptyTensorsAreZero(t *testing.T) {
	t.Parallel()
	v, err := ortwrap.NewEmptyTensor[int16](ortwrap.NewShape(2, 3))
	require.Equal(t, make([]int16, 6), own(t, v, err).GetData())
}

func TestAMapHoldsKeysAndValues(t *testing.T) {
	t.Parallel()
	keys := newTensor[int64](t, ortwrap.NewShape(2), 7, 9)
	values := newTensor[float32](t, ortwrap.NewShape(2), 0.5, 1.5)
	m, err := ortwrap.NewMap(keys, values)
	gotKeys, _, err := own(t, m, err).GetKeysAndValues()
	require.NoError(t, err)
	require.Equal(t, []int64{7, 9}, gotKeys.(*ortwrap.Tensor[int64]).GetData())
}

func TestTypesAndKindsHaveNames(t *testing.T) {
	t.Parallel()
	require.Equal(t, "float16", ortwrap.Float16.String())
	require.Equal(t, "element type 99", ortwrap.ElementType(99).String())
	require.Equal(t, "sparse tensor", ortwrap.KindSparseTensor.String())
	require.Equal(t, "kind -1", ortwrap.Kind(-1).String())
	require.Equal(t, "not implemented", ortwrap.CodeNotImplemented.Error())
	require.Equal(t, "error code 99", ortwrap.Code(99).Error())
	require.Equal(t, "error code 0", ortwrap.Code(0).Error())
}
