package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestValuesThatNobodyCanMakeAreErrors(t *testing.T) {
	t.Parallel()
	making := func(construct func(ortwrap.Shape) (ortwrap.Value, error), dims ...int64) func() error {
		return func() error {
			_, err := construct(dims)
			return err
		}
	}
	tensor := func(s ortwrap.Shape) (ortwrap.Value, error) { return ortwrap.NewTensor(s, []float32{1, 2, 3, 4, 5}) }
	zeros := func(s ortwrap.Shape) (ortwrap.Value, error) { return ortwrap.NewEmptyTensor[float32](s) }
	texts := func(s ortwrap.Shape) (ortwrap.Value, error) { return ortwrap.NewStringTensor(s, []string{"a"}) }
	halves := func(s ortwrap.Shape) (ortwrap.Value, error) {
		return ortwrap.NewCustomDataTensor(s, make([]byte, 10), ortwrap.Float16)
	}
	raw := func(s ortwrap.Shape) (ortwrap.Value, error) {
		return ortwrap.NewCustomDataTensor(s, make([]byte, 64), ortwrap.String)
	}
	// The product of its dimensions is 5 more than a number of 64 bits can hold.
	const wraps = 6148914691236517207
	refuse(t, []badInput{
		{"too few elements", making(tensor, 2, 3), ortwrap.ErrInvalidValue, "requires 6 elements"},
		{"no dimensions", making(tensor), ortwrap.ErrInvalidValue, "no dimensions"},
		{"a negative dimension", making(tensor, 2, -1), ortwrap.ErrInvalidValue, "invalid value -1"},
		{"too many elements to count", making(tensor, 1<<40, 1<<40), ortwrap.ErrInvalidValue, "overflow"},
		{"a product that wraps", making(tensor, 3, wraps), ortwrap.ErrInvalidValue, "overflow"},
		{"zeros, negative", making(zeros, -1), ortwrap.ErrInvalidValue, "dimension -1 of shape [-1] is negative"},
		{"zeros, a product that wraps", making(zeros, 3, wraps), ortwrap.ErrInvalidValue, "check its dimensions"},
		{"zeros, more than Go can count", making(zeros, 1<<62), ortwrap.ErrInvalidValue, "check its dimensions"},
		{"zeros, more than there is", making(zeros, 1<<47), ortwrap.ErrInvalidValue, "there is not so much memory"},
		{"strings, too few", making(texts, 2), ortwrap.ErrInvalidValue, "expected 2 elements for shape [2], got 1"},
		{"strings, too many to count", making(texts, 1<<40, 1<<40), ortwrap.ErrInvalidValue, "check its dimensions"},
		{"strings, a product that wraps", making(texts, 3, wraps), ortwrap.ErrInvalidValue, "check its dimensions"},
		{"float16, too few bytes", making(halves, 6), ortwrap.ErrInvalidValue, "expected 12, got 10"},
		{"float16, a product that wraps", making(halves, 3, wraps), ortwrap.ErrInvalidValue, "overflow"},
		{"strings from bytes", making(raw, 1), ortwrap.ErrInvalidValue, "use NewStringTensor"},
	})
}

func TestSequencesAndMapsOfNothingAreErrors(t *testing.T) {
	t.Parallel()
	whole := newTensor[int64](t, ortwrap.NewShape(1), 1)
	gone, err := ortwrap.NewTensor(ortwrap.NewShape(1), []int64{1})
	require.NoError(t, err)
	require.NoError(t, gone.Destroy())
	list, err := ortwrap.NewSequence([]ortwrap.Value{whole})
	own(t, list, err)
	var typedNil *ortwrap.Tensor[int64]

	listing := func(items ...ortwrap.Value) func() error {
		return func() error {
			_, err := ortwrap.NewSequence(items)
			return err
		}
	}
	mapping := func(keys, values ortwrap.Value) func() error {
		return func() error {
			_, err := ortwrap.NewMap(keys, values)
			return err
		}
	}
	t.Run("cases", func(t *testing.T) {
		refuse(t, []badInput{
			{"a sequence of nothing", listing(), ortwrap.ErrInvalidValue, "use NewEmptySequence"},
			{"a sequence of nil", listing(whole, nil), ortwrap.ErrInvalidValue, "item 1: unusable value: it is nil"},
			{"a sequence of a typed nil", listing(typedNil), ortwrap.ErrInvalidValue, "item 0: unusable value: it is nil"},
			{"a sequence of a destroyed value", listing(gone), ortwrap.ErrInvalidValue, "it has been destroyed"},
			{"a map without keys", mapping(nil, whole), ortwrap.ErrInvalidValue, "keys: unusable value: it is nil"},
			{"a map without values", mapping(whole, nil), ortwrap.ErrInvalidValue, "values: unusable value: it is nil"},
			{"a map of a typed nil", mapping(typedNil, whole), ortwrap.ErrInvalidValue, "it is nil"},
			{"a map of a destroyed value", mapping(whole, gone), ortwrap.ErrInvalidValue, "it has been destroyed"},
			{"a map of a sequence", mapping(whole, list), ortwrap.ErrElementType, "values: wrong type of value: expected tensor"},
			{
				"a map of other lengths", mapping(whole, newTensor[int64](t, ortwrap.NewShape(2), 1, 2)),
				ortwrap.ErrInvalidValue, "making a map",
			},
		})
	})
}

func TestTensorsOfNoElementsAreValues(t *testing.T) {
	t.Parallel()
	zeros, err := ortwrap.NewEmptyTensor[float32](ortwrap.NewShape(0, 1<<62))
	require.Empty(t, own(t, zeros, err).GetData())
	halves, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(0), nil, ortwrap.Float16)
	require.Equal(t, ortwrap.NewShape(0), own(t, halves, err).GetShape())
}
