package ortwrap_test

import (
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// collect frees what nothing in Go holds any more, and writes over it.
func collect() {
	runtime.GC()
	runtime.GC()
	for range 10_000 {
		noise := new(float32)
		*noise = -1
		runtime.KeepAlive(noise)
	}
}

// onnxruntime_go's Set leaves ORT with the old element.
func TestAScalarIsRunWithWhatWasSet(t *testing.T) {
	t.Parallel()
	session := open(t, "scalar.onnx")
	x, err := ortwrap.NewScalar[float32](1)
	own(t, x, err)
	for i := range 20 {
		x.Set(float32(i))
		collect()
		y := runOne(t, session, x)
		require.Equal(t, float32(i), y.(*ortwrap.Scalar[float32]).GetData())
		require.Equal(t, float32(i), x.GetData())
		elements, err := ortwrap.Elements[float32](x)
		require.NoError(t, err)
		require.Equal(t, []float32{float32(i)}, elements)
	}
	out := runOne(t, session, x).(*ortwrap.Scalar[float32])
	out.Set(7)
	require.Equal(t, float32(7), runOne(t, session, out).(*ortwrap.Scalar[float32]).GetData(), "an output is a scalar like others")
	x.ZeroContents()
	require.Zero(t, runOne(t, session, x).(*ortwrap.Scalar[float32]).GetData())
}

func TestABoundScalarMayBeSet(t *testing.T) {
	t.Parallel()
	x, err := ortwrap.NewScalar[float32](1)
	own(t, x, err)
	y, err := ortwrap.NewScalar[float32](0)
	own(t, y, err)
	binding := bind(t, open(t, "scalar.onnx"), named{"x": x}, named{"y": y})
	for i := range 20 {
		x.Set(float32(i))
		y.Set(-1)
		collect()
		require.NoError(t, binding.Run(t.Context()))
		require.Equal(t, float32(i), y.GetData())
	}
	outputs, err := binding.Outputs()
	require.NoError(t, err)
	require.Same(t, y, outputs["y"])

	gone, err := ortwrap.NewScalar[float32](1)
	require.NoError(t, err)
	binding = bind(t, open(t, "scalar.onnx"), named{"x": gone}, nil)
	gone.Set(2)
	require.NoError(t, gone.Destroy())
	require.ErrorIs(t, binding.Run(t.Context()), ortwrap.ErrInvalidValue)
}

func TestAScalarThatWasSetMayBeUsedByMany(t *testing.T) {
	t.Parallel()
	session := open(t, "scalar.onnx")
	x, err := ortwrap.NewScalar[float32](1)
	own(t, x, err)
	x.Set(3)
	var users sync.WaitGroup
	for range 8 {
		users.Go(func() {
			outputs, err := session.Run(t.Context(), x)
			if err != nil {
				t.Error(err)
				return
			}
			defer outputs[0].Destroy()
			if got := outputs[0].(*ortwrap.Scalar[float32]).GetData(); got != 3 {
				t.Errorf("got %v", got)
			}
		})
	}
	users.Wait()
}

// The caller holds no input any more when the output, which is the input, is copied. Some hundred runs find what is wrong,
// a few the worst of it.
func TestAnOutputThatIsAnInputIsCopiedBeforeItIsFreed(t *testing.T) {
	t.Parallel()
	if instrumented {
		t.Skip("the inputs are not destroyed, which is a leak")
	}
	session := open(t, "after.onnx") // which takes long to copy the other output
	noise := slices.Repeat([]float32{-1}, 4<<20)
	done := make(chan struct{})
	var collector sync.WaitGroup
	defer collector.Wait()
	defer close(done)
	collector.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				runtime.GC()
				for range 4 {
					copy(make([]float32, len(noise)), noise)
				}
			}
		}
	})
	runs := 10
	if os.Getenv(soakVariable) != "" {
		runs = 400
	}
	for i := range runs {
		x, err := ortwrap.NewTensor(ortwrap.NewShape(4<<20), slices.Repeat([]float32{float32(i)}, 4<<20))
		require.NoError(t, err)
		outputs, err := session.Run(t.Context(), x) // without Destroy: it leaks, and that is all
		require.NoError(t, err)
		got, err := ortwrap.Elements[float32](outputs[0])
		require.NoError(t, err)
		for _, element := range got {
			if element != float32(i) {
				require.Equal(t, float32(i), element)
			}
		}
		for _, v := range outputs {
			require.NoError(t, v.Destroy())
		}
	}
}
