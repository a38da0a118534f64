package ortwrap_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestWrongInputsAreRefusedBeforeTheModelRuns(t *testing.T) {
	t.Parallel()
	session := openPath(t, upstream(t, "example_multitype.onnx"))
	a := newTensor(t, ortwrap.NewShape(1, 1, 1), uint8(1))
	b := newTensor(t, ortwrap.NewShape(1, 2, 2), 1.0, 2.0, 3.0, 4.0)
	flat := newTensor(t, ortwrap.NewShape(4), 1.0, 2.0, 3.0, 4.0)
	wide := newTensor(t, ortwrap.NewShape(1, 1, 4), 1.0, 2.0, 3.0, 4.0)
	list, err := ortwrap.NewSequence([]ortwrap.Value{b})
	own(t, list, err)
	gone := newTensor(t, ortwrap.NewShape(1, 2, 2), 1.0, 2.0, 3.0, 4.0)
	require.NoError(t, gone.Destroy())
	var typedNil *ortwrap.Tensor[float64]

	cases := []struct {
		name   string
		inputs []ortwrap.Value
		want   error
		text   string
	}{
		{"none", nil, ortwrap.ErrInputCount, "expected 2, got 0: the model takes InputA uint8[1, 1, 1], InputB float64"},
		{"too many", []ortwrap.Value{a, b, b}, ortwrap.ErrInputCount, "expected 2, got 3"},
		{"nil", []ortwrap.Value{a, nil}, ortwrap.ErrInvalidValue, `input "InputB": unusable value: it is nil`},
		{"typed nil", []ortwrap.Value{a, typedNil}, ortwrap.ErrInvalidValue, "it is nil"},
		{"destroyed", []ortwrap.Value{a, gone}, ortwrap.ErrInvalidValue, "it has been destroyed"},
		{"kind", []ortwrap.Value{a, list}, ortwrap.ErrInputType, "expected tensor, got sequence"},
		{"type", []ortwrap.Value{b, b}, ortwrap.ErrInputType, "expected elements of type uint8, got float64"},
		{"rank", []ortwrap.Value{a, flat}, ortwrap.ErrInputShape, "expected InputB float64[1, 2, 2], got [4]"},
		{"dimension", []ortwrap.Value{a, wide}, ortwrap.ErrInputShape, "got [1 1 4]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := session.Run(t.Context(), c.inputs...)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.text)
		})
	}
}

func TestWrongNamesAreRefused(t *testing.T) {
	t.Parallel()
	session := openPath(t, upstream(t, "example_multitype.onnx"))
	a := newTensor(t, ortwrap.NewShape(1, 1, 1), uint8(1))
	b := newTensor(t, ortwrap.NewShape(1, 2, 2), 1.0, 2.0, 3.0, 4.0)
	_, err := session.RunNamed(t.Context(), map[string]ortwrap.Value{"InputA": a})
	require.ErrorIs(t, err, ortwrap.ErrInputName)
	require.ErrorContains(t, err, `"InputB" is missing`)
	_, err = session.RunNamed(t.Context(), map[string]ortwrap.Value{"InputA": a, "InputB": b, "InputC": b})
	require.ErrorIs(t, err, ortwrap.ErrInputName)
	require.ErrorContains(t, err, `there is no "InputC"`)

	outputs, err := session.RunNamed(t.Context(), map[string]ortwrap.Value{"InputA": a, "InputB": b})
	require.NoError(t, err)
	require.Len(t, outputs, 2)
	require.IsType(t, new(ortwrap.Tensor[int16]), own(t, outputs["OutputA"], nil))
	require.IsType(t, new(ortwrap.Tensor[int64]), own(t, outputs["OutputB"], nil))
}

func TestASessionDescribesItself(t *testing.T) {
	t.Parallel()
	session := openPath(t, upstream(t, "example_dynamic_axes.onnx"))
	require.Len(t, session.Inputs(), 1)
	info := session.Inputs()[0]
	require.Equal(t, ortwrap.KindTensor, info.Kind)
	require.Equal(t, ortwrap.Float32, info.Type)
	require.EqualValues(t, -1, info.Shape[0])
	require.NotEmpty(t, info.Symbols[0])

	require.Equal(t, "parts sequence", open(t, "split.onnx").Outputs()[0].String())
	require.Equal(t, "x float16[n]", open(t, "half.onnx").Inputs()[0].String())
	require.Empty(t, open(t, "constant.onnx").Inputs())
}

func TestAClosedSessionIsAnError(t *testing.T) {
	t.Parallel()
	session, err := ortwrap.CreateSession(read(t, "constant.onnx"))
	require.NoError(t, err)
	require.NoError(t, session.Close())
	require.NoError(t, session.Close())
	_, err = session.Run(t.Context())
	require.ErrorIs(t, err, ortwrap.ErrClosed)
	require.Len(t, session.Outputs(), 1)
}

func TestAContextThatHasEndedRunsNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := open(t, "constant.onnx").Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAContextThatEndsStopsTheModel(t *testing.T) {
	t.Parallel()
	session := open(t, "count.onnx")
	forever := newTensor(t, ortwrap.NewShape(1), int64(1)<<40)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := session.Run(ctx, forever)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), 10*time.Second)

	// The session is as good as before.
	got := runOne(t, session, newTensor(t, ortwrap.NewShape(1), int64(3)))
	require.Equal(t, []float32{3}, got.(*ortwrap.Tensor[float32]).GetData())
}

func TestWhatASessionSaysOfItselfIsACopy(t *testing.T) {
	t.Parallel()
	session := openPath(t, filepath.Join("examples", "digits", "digits.onnx"))
	session.Inputs()[0].Shape[1] = 7
	session.Inputs()[0].Symbols[0] = "changed"
	session.Outputs()[0].Shape[1] = 7
	require.Equal(t, "image float32[batch, 64]", session.Inputs()[0].String())
	require.Equal(t, int64(10), session.Outputs()[0].Shape[1])
}

func TestInferHonoursAContextThatHasEnded(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := ortwrap.Infer(ended, "no/such.onnx")
	require.ErrorIs(t, err, context.Canceled)
}
