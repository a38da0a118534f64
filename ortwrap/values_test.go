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

func TestThereAreNoElementsWhereverTheZeroStands(t *testing.T) {
	t.Parallel()
	for _, shape := range []ortwrap.Shape{{0, 1 << 50, 4}, {1 << 50, 0, 4}, {1 << 50, 4, 0}} {
		v, err := ortwrap.NewEmptyTensor[float32](shape)
		require.NoError(t, err, "%v", shape)
		list, err := ortwrap.Elements[float32](own(t, v, nil))
		require.NoError(t, err, "%v", shape)
		require.Empty(t, list)
	}
}

func TestBoolsAreTrueOrFalse(t *testing.T) {
	t.Parallel()
	v, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(3), []byte{0, 2, 255}, ortwrap.Bool)
	list, err := ortwrap.Elements[bool](own(t, v, err))
	require.NoError(t, err)
	sum := 0
	for _, truth := range list {
		if truth {
			sum++ // a bool that is neither would add something else
		}
	}
	require.Equal(t, 2, sum)
}

func TestTensorsOfUnknownTypesAreErrors(t *testing.T) {
	t.Parallel()
	for _, element := range []ortwrap.ElementType{ortwrap.Undefined, 99, -1, ortwrap.Complex64} {
		_, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(1), make([]byte, 64), element)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%s", element)
		_, err = ortwrap.NewNative(element, ortwrap.NewShape(1), make([]byte, 8))
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%s", element)
	}
}
