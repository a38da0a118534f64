package ortwrap_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestAModelWithoutInputsGivesAScalar(t *testing.T) {
	t.Parallel()
	got := runOne(t, open(t, "constant.onnx"))
	require.Equal(t, float32(42), got.(*ortwrap.Scalar[float32]).GetData())
	require.Empty(t, got.GetShape())
}

func TestFloat16OfAnyLengthComesBackWhole(t *testing.T) {
	t.Parallel()
	session := open(t, "half.onnx")
	halves := []byte{0, 0x3c, 0, 0xc0, 0x55, 0x35} // 1, -2, 0.3333
	input, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(3), halves, ortwrap.Float16)
	got := runOne(t, session, own(t, input, err)).(*ortwrap.CustomDataTensor)
	require.Equal(t, halves, got.GetData())
	require.Equal(t, ortwrap.NewShape(3), got.GetShape())
	require.Equal(t, ortwrap.Float16, ortwrap.ElementType(got.DataType()))

	none, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(0), []byte{0}, ortwrap.Float16)
	empty := runOne(t, session, own(t, none, err))
	require.Equal(t, ortwrap.NewShape(0), empty.GetShape())
}

func TestStringsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	session := open(t, "words.onnx")
	for _, words := range [][]string{{"one", "", "größer 大", "zero\x00byte", "\xff"}, {""}, {}} {
		input, err := ortwrap.NewStringTensor(ortwrap.NewShape(int64(len(words))), words)
		got := runOne(t, session, own(t, input, err)).(*ortwrap.StringTensor)
		contents, err := got.GetContents()
		require.NoError(t, err)
		require.Equal(t, words, contents)
	}
}

func TestASequenceOutputIsAnInputOfTheNextModel(t *testing.T) {
	t.Parallel()
	parts := runOne(t, open(t, "split.onnx"), newTensor[float32](t, ortwrap.NewShape(3), 1, 2, 3)).(*ortwrap.Sequence)
	items, err := parts.GetValues()
	require.NoError(t, err)
	require.Len(t, items, 3)
	require.Equal(t, []float32{2}, items[1].(*ortwrap.Tensor[float32]).GetData())

	// Let Go's memory be used again: the sequence must not point to any.
	runtime.GC()
	fill := make([][]float32, 1000)
	for i := range fill {
		fill[i] = []float32{-1}
	}
	joined := runOne(t, open(t, "join.onnx"), parts).(*ortwrap.Tensor[float32])
	require.Equal(t, []float32{1, 2, 3}, joined.GetData())
	runtime.KeepAlive(fill)
}

func TestAnEmptySequenceIsReadableAndAnInput(t *testing.T) {
	t.Parallel()
	none := runOne(t, open(t, "nothing.onnx"))
	items, err := ortwrap.Items(none)
	require.NoError(t, err)
	require.Empty(t, items)
	length := runOne(t, open(t, "length.onnx"), none)
	require.Equal(t, int64(0), length.(*ortwrap.Scalar[int64]).GetData())
}

func TestSequencesHoldScalarsAndElementsThatGoLacks(t *testing.T) {
	t.Parallel()
	mixed := runOne(t, open(t, "mixed.onnx"), newTensor[float32](t, ortwrap.NewShape(2), 1, 2))
	items, err := ortwrap.Items(mixed)
	require.NoError(t, err)
	require.Equal(t, []float32{1, 2}, items[0].(*ortwrap.Tensor[float32]).GetData())
	require.Equal(t, float32(1), items[1].(*ortwrap.Scalar[float32]).GetData())
	length := runOne(t, open(t, "length.onnx"), mixed)
	require.Equal(t, int64(2), length.(*ortwrap.Scalar[int64]).GetData())

	halves, err := ortwrap.TensorOf(ortwrap.F16s([]float32{0.5, -3}))
	items, err = ortwrap.Items(runOne(t, open(t, "halves.onnx"), own(t, halves, err)))
	require.NoError(t, err)
	require.Len(t, items, 2)
	last, err := ortwrap.ArrayOf[ortwrap.F16](items[1])
	require.NoError(t, err)
	require.Equal(t, ortwrap.NewShape(1), last.Shape)
	require.Equal(t, []float32{-3}, ortwrap.Float32s(last.Data))
}

func TestAnEmptyOptionalIsNil(t *testing.T) {
	t.Parallel()
	require.Nil(t, runOne(t, open(t, "absent.onnx")))
}

func TestAnOptionalInputMayBeNil(t *testing.T) {
	t.Parallel()
	session := open(t, "present.onnx")
	require.Equal(t, ortwrap.KindOptional, session.Inputs()[0].Kind)
	require.Equal(t, ortwrap.Float32, session.Inputs()[0].Type)
	require.False(t, runOne(t, session, nil).(*ortwrap.Scalar[bool]).GetData())
	content := newTensor(t, ortwrap.NewShape(1), float32(1))
	require.True(t, runOne(t, session, content).(*ortwrap.Scalar[bool]).GetData())
}

func TestMapsOfAClassifierAreReadable(t *testing.T) {
	t.Parallel()
	session := openPath(t, upstream(t, "sklearn_randomforest.onnx"))
	input := newTensor[float32](t, ortwrap.NewShape(1, 4), 5.9, 3.0, 5.1, 1.8)
	outputs, err := session.Run(t.Context(), input)
	require.NoError(t, err)
	require.Equal(t, []int64{2}, own(t, outputs[0], nil).(*ortwrap.Tensor[int64]).GetData())
	maps, err := own(t, outputs[1], nil).(*ortwrap.Sequence).GetValues()
	require.NoError(t, err)
	keys, values, err := maps[0].(*ortwrap.Map).GetKeysAndValues()
	require.NoError(t, err)
	require.Equal(t, []int64{0, 1, 2}, keys.(*ortwrap.Tensor[int64]).GetData())
	require.Len(t, values.(*ortwrap.Tensor[float32]).GetData(), 3)
}

func TestModelsOfOnnxruntimeGoRun(t *testing.T) {
	t.Parallel()
	t.Run("zero dimensions", func(t *testing.T) {
		t.Parallel()
		session := openPath(t, upstream(t, "example_0_dim_output.onnx"))
		input := newTensor[float32](t, ortwrap.NewShape(2, 8), make([]float32, 16)...)
		outputs, err := session.Run(t.Context(), input)
		require.NoError(t, err)
		for _, v := range outputs {
			own(t, v, nil)
		}
	})
	t.Run("odd name", func(t *testing.T) {
		t.Parallel()
		session := openPath(t, upstream(t, "example ż 大 김.onnx"))
		got := runOne(t, session, newTensor[int32](t, ortwrap.NewShape(1, 2), 12, 21))
		require.Equal(t, []int32{33}, got.(*ortwrap.Tensor[int32]).GetData())
	})
}

func TestOutputsMayHaveAnyNumberOfDimensions(t *testing.T) {
	t.Parallel()
	for name, rank := range map[string]int{"deep.onnx": 8, "deeper.onnx": 9} {
		got := runOne(t, open(t, name)).(*ortwrap.Tensor[float32])
		require.Len(t, got.GetShape(), rank)
		require.Equal(t, []float32{1, 2}, got.GetData())
	}
}
