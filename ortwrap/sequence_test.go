package ortwrap_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestASequenceOutlivesWhatItWasMadeOf(t *testing.T) {
	t.Parallel()
	seq, err := ortwrap.SequenceOf([]float32{1, 2}, nil, []float32{3})
	own(t, seq, err)
	runtime.GC()
	fill := make([][]float32, 1000)
	for i := range fill {
		fill[i] = []float32{-1, -1}
	}
	joined := runOne(t, open(t, "join.onnx"), seq)
	got, err := ortwrap.Elements[float32](joined)
	require.NoError(t, err)
	require.Equal(t, []float32{1, 2, 3}, got)
	runtime.KeepAlive(fill)
}

func TestSequencesHoldEveryKindOfTensor(t *testing.T) {
	t.Parallel()
	text, err := ortwrap.ScalarOf("text")
	own(t, text, err)
	words, err := ortwrap.TensorOf([]string{"a", "b"}, 2, 1)
	own(t, words, err)
	seq, err := ortwrap.NewSequence([]ortwrap.Value{text, words})
	items, err := ortwrap.Items(own(t, seq, err))
	require.NoError(t, err)
	require.Equal(t, ortwrap.NewShape(2), seq.GetShape())
	require.Empty(t, items[0].GetShape())
	first, err := ortwrap.Elements[string](items[0])
	require.NoError(t, err)
	require.Equal(t, []string{"text"}, first)
	second, err := ortwrap.ArrayOf[string](items[1])
	require.NoError(t, err)
	require.Equal(t, "b", second.At(1, 0))

	half, err := ortwrap.ScalarOf(ortwrap.BF16Of(0.5))
	own(t, half, err)
	seq, err = ortwrap.NewSequence([]ortwrap.Value{half})
	items, err = ortwrap.Items(own(t, seq, err))
	require.NoError(t, err)
	halves, err := ortwrap.Elements[ortwrap.BF16](items[0])
	require.NoError(t, err)
	require.Equal(t, []float32{0.5}, ortwrap.Float32s(halves))
}

func TestSequencesThatOrtLacksAreErrors(t *testing.T) {
	t.Parallel()
	float := newTensor(t, ortwrap.NewShape(1), float32(1))
	_, err := ortwrap.NewSequence([]ortwrap.Value{float, newTensor(t, ortwrap.NewShape(1), int8(1))})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	require.ErrorContains(t, err, "must have tensors of the same data type")
	_, err = ortwrap.SequenceOf([]ortwrap.U4{1, 2, 3})
	require.ErrorIs(t, err, ortwrap.ErrUnsupportedValue)
	inner, err := ortwrap.NewSequence([]ortwrap.Value{float})
	_, err = ortwrap.NewSequence([]ortwrap.Value{own(t, inner, err)})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
}

func TestAnEmptySequenceHasATypeOfItems(t *testing.T) {
	t.Parallel()
	none, err := ortwrap.NewEmptySequence(ortwrap.Float32)
	own(t, none, err)
	length := runOne(t, open(t, "length.onnx"), none)
	require.Equal(t, int64(0), length.(*ortwrap.Scalar[int64]).GetData())
	require.Equal(t, ortwrap.Float32, open(t, "length.onnx").Inputs()[0].Type)

	for _, element := range []ortwrap.ElementType{
		ortwrap.Int8, ortwrap.Int16, ortwrap.Int32, ortwrap.Int64, ortwrap.Uint8, ortwrap.Uint16, ortwrap.Uint32,
		ortwrap.Uint64, ortwrap.Float16, ortwrap.Float64, ortwrap.Bool, ortwrap.String,
	} {
		none, err := ortwrap.NewEmptySequence(element)
		require.Zero(t, own(t, none, err).GetShape()[0])
		_, err = open(t, "length.onnx").Run(t.Context(), none)
		require.ErrorIs(t, err, ortwrap.CodeInvalidArgument, element)
	}
	words, err := ortwrap.SequenceOf[string]()
	own(t, words, err)
	for _, element := range []ortwrap.ElementType{ortwrap.Int4, ortwrap.Undefined, 99, -1, 257} {
		_, err := ortwrap.NewEmptySequence(element)
		require.Error(t, err, element)
	}
}
