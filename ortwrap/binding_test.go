package ortwrap_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

type named = map[string]ortwrap.Value

// bind binds values for the time of the test.
func bind(t *testing.T, session *ortwrap.Session, inputs, outputs named) *ortwrap.Binding {
	t.Helper()
	binding, err := session.Bind(inputs, outputs)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, binding.Close()) })
	return binding
}

func TestABindingRunsOnWhatItsInputsHold(t *testing.T) {
	t.Parallel()
	samples, err := digits.Samples()
	require.NoError(t, err)
	for name, prepare := range map[string]func(*ortwrap.Session){
		"in place": func(*ortwrap.Session) {}, "copied": ortwrap.CopyInputs,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session, err := ortwrap.CreateSession(digits.Model())
			require.NoError(t, err)
			defer session.Close()
			prepare(session)
			image := newTensor(t, ortwrap.NewShape(1, 64), make([]float32, 64)...)
			probabilities := newTensor(t, ortwrap.NewShape(1, 10), make([]float32, 10)...)
			in, out := session.Inputs()[0].Name, session.Outputs()[0].Name
			binding := bind(t, session, named{in: image}, named{out: probabilities})
			for _, sample := range samples {
				copy(image.GetData(), sample.Image())
				require.NoError(t, binding.Run(t.Context()))
				require.InDeltaSlice(t, sample.Probabilities[:], probabilities.GetData(), 1e-5)
			}
			outputs, err := binding.Outputs()
			require.NoError(t, err)
			require.Equal(t, named{out: probabilities}, outputs)
			require.Same(t, probabilities, outputs[out])
		})
	}
}

func TestOutputsThatAreNotBoundAreMadeAnew(t *testing.T) {
	t.Parallel()
	x := newTensor[float32](t, ortwrap.NewShape(3), 1, 0, 2)
	binding := bind(t, open(t, "nonzero.onnx"), named{"x": x}, named{"at": nil})
	positions := func() *ortwrap.Tensor[int64] {
		require.NoError(t, binding.Run(t.Context()))
		outputs, err := binding.Outputs()
		require.NoError(t, err)
		require.Len(t, outputs, 1)
		return own(t, outputs["at"].(*ortwrap.Tensor[int64]), nil)
	}
	first := positions()
	require.Equal(t, []int64{0, 2}, first.GetData())
	copy(x.GetData(), []float32{0, 0, 3})
	require.Equal(t, []int64{2}, positions().GetData()) // another shape
	copy(x.GetData(), []float32{0, 0, 0})
	require.Equal(t, ortwrap.NewShape(1, 0), positions().GetShape())
	require.Equal(t, []int64{0, 2}, first.GetData(), "a copy stays as it is")
}

func TestValuesOfEveryKindCanBeBound(t *testing.T) {
	t.Parallel()
	words, err := ortwrap.NewStringTensor(ortwrap.NewShape(2), []string{"one", ""})
	own(t, words, err)
	same, err := ortwrap.NewStringTensor(ortwrap.NewShape(2), []string{"", "old"})
	own(t, same, err)
	require.NoError(t, bind(t, open(t, "words.onnx"), named{"x": words}, named{"y": same}).Run(t.Context()))
	contents, err := same.GetContents()
	require.NoError(t, err)
	require.Equal(t, []string{"one", ""}, contents)

	answer, err := ortwrap.NewScalar[float32](0)
	own(t, answer, err)
	require.NoError(t, bind(t, open(t, "constant.onnx"), nil, named{"answer": answer}).Run(t.Context()))
	require.EqualValues(t, 42, answer.GetData())

	sum := newTensor[float32](t, ortwrap.NewShape(1), 0)
	times := newTensor[int64](t, ortwrap.NewShape(1), 7)
	require.NoError(t, bind(t, open(t, "count.onnx"), named{"times": times}, named{"count": sum}).Run(t.Context()))
	require.Equal(t, []float32{7}, sum.GetData())

	parts, err := ortwrap.NewSequence([]ortwrap.Value{newTensor[float32](t, ortwrap.NewShape(2), 1, 2)})
	own(t, parts, err)
	joined := newTensor[float32](t, ortwrap.NewShape(2), 0, 0)
	require.NoError(t, bind(t, open(t, "join.onnx"), named{"parts": parts}, named{"x": joined}).Run(t.Context()))
	require.Equal(t, []float32{1, 2}, joined.GetData())

	split := bind(t, open(t, "split.onnx"), named{"x": joined}, nil)
	require.NoError(t, split.Run(t.Context()))
	outputs, err := split.Outputs()
	require.NoError(t, err)
	items, err := own(t, outputs["parts"].(*ortwrap.Sequence), nil).GetValues()
	require.NoError(t, err)
	require.Len(t, items, 2)

	absent := bind(t, open(t, "absent.onnx"), nil, nil)
	require.NoError(t, absent.Run(t.Context()))
	outputs, err = absent.Outputs()
	require.NoError(t, err)
	require.Equal(t, named{"maybe": nil}, outputs)
}

// foreign is a Value of a type that ortwrap has never seen.
type foreign struct{ ortwrap.Value }

func TestAnInputThatIsAnOutputTooCanBeLeftOut(t *testing.T) {
	t.Parallel()
	x, y := newTensor[float32](t, ortwrap.NewShape(1), 5), newTensor[float32](t, ortwrap.NewShape(1), 0)
	binding := bind(t, open(t, "through.onnx"), named{"x": foreign{x}}, named{"y": foreign{y}})
	require.NoError(t, binding.Run(t.Context()))
	outputs, err := binding.Outputs()
	require.NoError(t, err)
	require.Equal(t, foreign{y}, outputs["y"])
	require.Equal(t, []float32{5}, y.GetData())
	require.Equal(t, []float32{5}, own(t, outputs["x"].(*ortwrap.Tensor[float32]), nil).GetData())
}

func TestAnOutputOfAnotherShapeThanBoundFailsTheRunOnly(t *testing.T) {
	t.Parallel()
	x := newTensor[float32](t, ortwrap.NewShape(3), 1, 0, 2)
	at := newTensor[int64](t, ortwrap.NewShape(1, 2), -1, -1)
	binding := bind(t, open(t, "nonzero.onnx"), named{"x": x}, named{"at": at})
	require.NoError(t, binding.Run(t.Context()))
	require.Equal(t, []int64{0, 2}, at.GetData())

	x.GetData()[1] = 1
	err := binding.Run(t.Context())
	require.ErrorAs(t, err, new(ortwrap.Code))
	require.ErrorContains(t, err, "shape")
	_, err = binding.Outputs()
	require.ErrorIs(t, err, ortwrap.ErrNotRun)

	x.GetData()[0] = 0
	require.NoError(t, binding.Run(t.Context()))
	require.Equal(t, []int64{1, 2}, at.GetData())
}

func TestBoundRunsAllocateNothing(t *testing.T) { // not parallel: others would be counted too
	if instrumented {
		t.Skip("the address sanitizer has allocations of its own")
	}
	cancellable, cancel := context.WithCancel(t.Context())
	defer cancel()
	x, y := newTensor[float32](t, ortwrap.NewShape(2), 1, 2), newTensor[float32](t, ortwrap.NewShape(2), 0, 0)
	answer, err := ortwrap.NewScalar[float32](0)
	own(t, answer, err)
	half, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(1), []byte{0, 0}, ortwrap.Float16)
	own(t, half, err)
	words, err := ortwrap.NewStringTensor(ortwrap.NewShape(2), []string{"one", "two"})
	own(t, words, err)
	parts, err := ortwrap.NewSequence([]ortwrap.Value{x})
	own(t, parts, err)
	for _, c := range []struct {
		model           string
		inputs, outputs named
	}{
		{"through.onnx", named{"x": x}, named{"y": y}},
		{"nonzero.onnx", named{"x": x}, nil},
		{"constant.onnx", nil, named{"answer": answer}},
		{"half.onnx", named{"x": half}, nil},
		{"words.onnx", named{"x": words}, nil},
		{"join.onnx", named{"parts": parts}, nil},
	} {
		binding := bind(t, open(t, c.model), c.inputs, c.outputs)
		for name, ctx := range map[string]context.Context{"background": context.Background(), "cancellable": cancellable} {
			require.Zero(t, testing.AllocsPerRun(100, func() {
				if err := binding.Run(ctx); err != nil {
					t.Error(err)
				}
			}), "%s, %s context", c.model, name)
		}
	}
}
