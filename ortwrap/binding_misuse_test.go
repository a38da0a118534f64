package ortwrap_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestValuesThatDoNotFitAreNotBound(t *testing.T) {
	t.Parallel()
	session := openPath(t, upstream(t, "example_multitype.onnx"))
	a := newTensor(t, ortwrap.NewShape(1, 1, 1), uint8(1))
	b := newTensor(t, ortwrap.NewShape(1, 2, 2), 1.0, 2.0, 3.0, 4.0)
	wide := newTensor(t, ortwrap.NewShape(1, 1, 4), 1.0, 2.0, 3.0, 4.0)
	c := newTensor[int16](t, ortwrap.NewShape(1, 2, 2), 0, 0, 0, 0)
	flat := newTensor[int16](t, ortwrap.NewShape(4), 0, 0, 0, 0)
	list, err := ortwrap.NewSequence([]ortwrap.Value{b})
	own(t, list, err)
	gone := newTensor(t, ortwrap.NewShape(1, 2, 2), 1.0, 2.0, 3.0, 4.0)
	require.NoError(t, gone.Destroy())
	var typedNil *ortwrap.Tensor[int16]
	good := named{"InputA": a, "InputB": b}

	cases := []struct {
		name            string
		inputs, outputs named
		want            error
		text            string
	}{
		{"no inputs", nil, nil, ortwrap.ErrInputName, `"InputA" is missing: the model takes InputA uint8[1, 1, 1], InputB`},
		{"input name", named{"InputA": a, "InputB": b, "C": b}, nil, ortwrap.ErrInputName, `there is no "C"`},
		{"nil input", named{"InputA": a, "InputB": nil}, nil, ortwrap.ErrInvalidValue, `input "InputB": `},
		{"destroyed input", named{"InputA": a, "InputB": gone}, nil, ortwrap.ErrInvalidValue, "destroyed"},
		{"input kind", named{"InputA": a, "InputB": list}, nil, ortwrap.ErrInputType, "expected tensor, got sequence"},
		{"input type", named{"InputA": b, "InputB": b}, nil, ortwrap.ErrInputType, "type uint8, got float64"},
		{"input shape", named{"InputA": a, "InputB": wide}, nil, ortwrap.ErrInputShape, "got [1 1 4]"},
		{"output name", good, named{"C": c}, ortwrap.ErrOutputName, `there is no "C": the model gives OutputA int16[1, 2`},
		{"nil output", good, named{"OutputA": typedNil}, ortwrap.ErrInvalidValue, `output "OutputA": `},
		{"destroyed output", good, named{"OutputA": gone}, ortwrap.ErrInvalidValue, "destroyed"},
		{"output kind", good, named{"OutputA": list}, ortwrap.ErrOutputType, "expected tensor, got sequence"},
		{"output type", good, named{"OutputA": b}, ortwrap.ErrOutputType, "type int16, got float64"},
		{"output shape", good, named{"OutputA": flat}, ortwrap.ErrOutputShape, "expected OutputA int16[1, 2, 2], got [4]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := session.Bind(c.inputs, c.outputs)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, `binding "`)
			require.ErrorContains(t, err, c.text)
		})
	}

	x := newTensor[float32](t, ortwrap.NewShape(1), 1)
	_, err = open(t, "split.onnx").Bind(named{"x": x}, named{"parts": list})
	require.ErrorIs(t, err, ortwrap.ErrOutputType)
	require.ErrorContains(t, err, "leave it out")
	_, err = open(t, "through.onnx").Bind(named{"x": x}, named{"x": x})
	require.ErrorIs(t, err, ortwrap.ErrOutputName)
	require.ErrorContains(t, err, "leave it out")
}

func TestABindingHasNoOutputsBeforeItsFirstRun(t *testing.T) {
	t.Parallel()
	_, err := bind(t, open(t, "constant.onnx"), nil, nil).Outputs()
	require.ErrorIs(t, err, ortwrap.ErrNotRun)
}

func TestThingsMayBeClosedInAnyOrder(t *testing.T) {
	t.Parallel()
	for order := range permutations([]string{"session", "binding", "input", "output"}) {
		session, err := ortwrap.CreateSession(read(t, "through.onnx"))
		require.NoError(t, err)
		x, err := ortwrap.NewTensor(ortwrap.NewShape(2), []float32{1, 2})
		require.NoError(t, err)
		y, err := ortwrap.NewTensor(ortwrap.NewShape(2), []float32{0, 0})
		require.NoError(t, err)
		binding, err := session.Bind(named{"x": x}, named{"y": y})
		require.NoError(t, err)
		require.NoError(t, binding.Run(t.Context()))
		closed := false
		for _, what := range order {
			switch what {
			case "session":
				require.NoError(t, session.Close())
			case "binding":
				require.NoError(t, binding.Close())
				require.NoError(t, binding.Close())
			case "input":
				require.NoError(t, x.Destroy())
			case "output":
				require.NoError(t, y.Destroy())
			}
			closed = closed || what == "session" || what == "binding"
			err := binding.Run(t.Context())
			if closed {
				require.ErrorIs(t, err, ortwrap.ErrClosed, "%v", order)
				_, err = binding.Outputs()
				require.ErrorIs(t, err, ortwrap.ErrClosed)
			} else {
				require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%v", order)
				require.ErrorContains(t, err, "destroyed since it was bound")
			}
		}
		_, err = session.Bind(named{"x": x}, nil)
		require.ErrorIs(t, err, ortwrap.ErrClosed)
	}
}

// permutations yields all orders of a list.
func permutations(list []string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		if len(list) == 0 {
			yield(nil)
			return
		}
		for i := range list {
			rest := append(append([]string(nil), list[:i]...), list[i+1:]...)
			for tail := range permutations(rest) {
				if !yield(append([]string{list[i]}, tail...)) {
					return
				}
			}
		}
	}
}

func TestADestroyedForeignValueIsNoticedToo(t *testing.T) {
	t.Parallel()
	x, err := ortwrap.NewTensor(ortwrap.NewShape(1), []float32{1})
	require.NoError(t, err)
	binding := bind(t, open(t, "nonzero.onnx"), named{"x": foreign{x}}, nil)
	require.NoError(t, binding.Run(t.Context()))
	require.NoError(t, x.Destroy())
	require.ErrorIs(t, binding.Run(t.Context()), ortwrap.ErrInvalidValue)
}

func TestAContextThatEndsStopsABoundRun(t *testing.T) {
	t.Parallel()
	times := newTensor(t, ortwrap.NewShape(1), int64(1)<<40)
	binding := bind(t, open(t, "count.onnx"), named{"times": times}, nil)
	ended, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	require.ErrorIs(t, binding.Run(ended), context.DeadlineExceeded)
	require.Less(t, time.Since(start), 10*time.Second)
	require.ErrorIs(t, binding.Run(ended), context.DeadlineExceeded)
	_, err := binding.Outputs()
	require.ErrorIs(t, err, ortwrap.ErrNotRun)

	// The binding is as good as before, with any other context.
	times.GetData()[0] = 3
	require.NoError(t, binding.Run(context.Background()))
	idle, cancelIdle := context.WithCancel(t.Context())
	require.NoError(t, binding.Run(idle))
	cancelIdle()
	require.ErrorIs(t, binding.Run(idle), context.Canceled)
	require.NoError(t, binding.Run(t.Context()))
	outputs, err := binding.Outputs()
	require.NoError(t, err)
	require.Equal(t, []float32{3}, own(t, outputs["count"].(*ortwrap.Tensor[float32]), nil).GetData())
}

func TestABindingInUseIsBusy(t *testing.T) {
	t.Parallel()
	session := open(t, "count.onnx")
	binding := bind(t, session, named{"times": newTensor(t, ortwrap.NewShape(1), int64(1)<<40)}, nil)
	other := bind(t, session, named{"times": newTensor[int64](t, ortwrap.NewShape(1), 2)}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	result := make(chan error)
	go func() { result <- binding.Run(ctx) }()
	require.Eventually(t, func() bool {
		_, err := binding.Outputs()
		return errors.Is(err, ortwrap.ErrBusy)
	}, 10*time.Second, time.Millisecond)
	require.ErrorIs(t, binding.Run(t.Context()), ortwrap.ErrBusy)
	_, err := binding.Outputs()
	require.ErrorIs(t, err, ortwrap.ErrBusy)
	require.NoError(t, other.Run(t.Context()))

	closed := make(chan error)
	go func() { closed <- binding.Close() }()
	select {
	case <-closed:
		t.Fatal("closed under a run")
	case <-time.After(20 * time.Millisecond):
	}
	cancel()
	require.ErrorIs(t, <-result, context.Canceled)
	require.NoError(t, <-closed)
}

func TestABoundOptionalInputMayBeNil(t *testing.T) {
	t.Parallel()
	session := open(t, "present.onnx")
	in, out := session.Inputs()[0].Name, session.Outputs()[0].Name
	present, err := ortwrap.NewScalar(true)
	own(t, present, err)
	require.NoError(t, bind(t, session, named{in: nil}, named{out: present}).Run(t.Context()))
	require.False(t, present.GetData())
	content := newTensor(t, ortwrap.NewShape(1), float32(1))
	require.NoError(t, bind(t, session, named{in: content}, named{out: present}).Run(t.Context()))
	require.True(t, present.GetData())
}

func TestABindingWhoseLastRunFailedHasNoOutputs(t *testing.T) {
	t.Parallel()
	session := openPath(t, filepath.Join("examples", "digits", "digits.onnx"))
	image := newTensor(t, ortwrap.NewShape(1, 64), make([]float32, 64)...)
	binding, err := session.Bind(map[string]ortwrap.Value{"image": image}, nil)
	require.NoError(t, err)
	require.NoError(t, binding.Run(t.Context()))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, binding.Run(ended), context.Canceled)
	_, err = binding.Outputs()
	require.ErrorIs(t, err, ortwrap.ErrNotRun)

	require.NoError(t, binding.Run(t.Context()))
	require.NoError(t, image.Destroy())
	require.ErrorIs(t, binding.Run(t.Context()), ortwrap.ErrInvalidValue)
	_, err = binding.Outputs()
	require.ErrorIs(t, err, ortwrap.ErrNotRun)
}
