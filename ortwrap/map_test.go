package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func comesBack[K ortwrap.MapKey, V ortwrap.MapValue](t *testing.T, m map[K]V) {
	t.Helper()
	v, err := ortwrap.NewMapFromGoMap(m)
	got, err := ortwrap.MapOf[K, V](own(t, v, err))
	require.NoError(t, err)
	require.Equal(t, m, got)
}

func TestMapsOfEveryTypeComeBack(t *testing.T) {
	t.Parallel()
	comesBack(t, map[int64]float32{-1: 0.5, 7: 2})
	comesBack(t, map[int64]float64{1: 0.5})
	comesBack(t, map[int64]int64{1: 2})
	comesBack(t, map[int64]string{1: "one", 2: ""})
	comesBack(t, map[string]float32{"a": 0.5, "größer": 1, "": 2})
	comesBack(t, map[string]float64{"a": 0.5})
	comesBack(t, map[string]int64{"a": 1})
	comesBack(t, map[string]string{"a": "A"})
	comesBack(t, map[int64]float32{})
	comesBack(t, map[string]string{})
}

func TestMapsOfOtherTypesAreErrors(t *testing.T) {
	t.Parallel()
	v, err := ortwrap.NewMapFromGoMap(map[int64]float32{1: 2})
	own(t, v, err)
	_, err = ortwrap.MapOf[string, float32](v)
	require.ErrorIs(t, err, ortwrap.ErrElementType)
	require.ErrorContains(t, err, "keys: ")
	_, err = ortwrap.MapOf[int64, string](v)
	require.ErrorIs(t, err, ortwrap.ErrElementType)
	require.ErrorContains(t, err, "values: ")
	keys, values := newTensor(t, ortwrap.NewShape(1), int8(1)), newTensor(t, ortwrap.NewShape(1), int64(1))
	_, err = ortwrap.NewMap(keys, values)
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	_, err = ortwrap.NewMap(values, newTensor[int64](t, ortwrap.NewShape(2), 1, 2))
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
}

func TestASequenceOfMapsCanBeMade(t *testing.T) {
	t.Parallel()
	one, err := ortwrap.NewMapFromGoMap(map[string]float32{"a": 1})
	own(t, one, err)
	seq, err := ortwrap.NewSequence([]ortwrap.Value{one, one})
	items, err := ortwrap.Items(own(t, seq, err))
	require.NoError(t, err)
	got, err := ortwrap.MapOf[string, float32](items[1])
	require.NoError(t, err)
	require.Equal(t, map[string]float32{"a": 1}, got)
}

func TestAMapMayBeEmpty(t *testing.T) {
	t.Parallel()
	m, err := ortwrap.NewMapFromGoMap(map[string]float32{})
	got, err := ortwrap.MapOf[string, float32](own(t, m, err))
	require.NoError(t, err)
	require.Empty(t, got)
}
