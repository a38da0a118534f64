package ortwrap_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

func TestWhatASessionSaysOfItselfIsACopy(t *testing.T) {
	t.Parallel()
	session := openPath(t, filepath.Join("examples", "digits", "digits.onnx"))
	session.Inputs()[0].Shape[1] = 7
	session.Inputs()[0].Symbols[0] = "changed"
	session.Outputs()[0].Shape[1] = 7
	require.Equal(t, "image float32[batch, 64]", session.Inputs()[0].String())
	require.Equal(t, int64(10), session.Outputs()[0].Shape[1])
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

func TestRowsWithoutElementsAreAnError(t *testing.T) {
	t.Parallel()
	v := newTensor[float32](t, ortwrap.NewShape(1<<50, 0))
	_, err := ortwrap.Rows(v)
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	rows, err := ortwrap.Rows(newTensor[float32](t, ortwrap.NewShape(0, 1<<50)))
	require.NoError(t, err)
	require.Empty(t, rows)
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

func TestInferHonoursAContextThatHasEnded(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := ortwrap.Infer(ended, "no/such.onnx")
	require.ErrorIs(t, err, context.Canceled)
}

func TestBuildersRefuseWhatORTWouldCutOrKeep(t *testing.T) {
	t.Parallel()
	digit := func() ortwrap.SessionBuilder { return ortwrap.NewSession().FromMemory(digits.Model()) }
	opening := func(b ortwrap.SessionBuilder) func() error { return func() error { return openAndClose(b) } }
	path := filepath.Join("testdata", "external.onnx")
	refuse(t, []badInput{
		{"a path with a zero byte", opening(ortwrap.NewSession().FromFile(path + "\x00")), ortwrap.ErrNoModel, "zero byte"},
		{"threads beyond 32 bits", func() error { _, err := digit().WithThreads(1 << 32).Open(); return err },
			ortwrap.ErrOption, "expected 0 to"},
		{"threads between operators beyond 32 bits", opening(digit().WithInterOpThreads(1 << 32)),
			ortwrap.ErrOption, "expected 0 to"},
		{"a nil pointer to a provider", opening(digit().WithProvider((*ortwrap.CUDA)(nil))), ortwrap.ErrOption, "nil"},
		{"bytes that ORT keeps", opening(digit().WithConfig("session.use_ort_model_bytes_directly", "1")),
			ortwrap.ErrOption, "session.use_ort_model_bytes_directly"},
	})
}

func TestBoolsAreTrueOrFalse(t *testing.T) {
	t.Parallel()
	v, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(3), []byte{0, 2, 255}, ortwrap.Bool)
	list, err := ortwrap.Elements[bool](own(t, v, err))
	require.NoError(t, err)
	require.Equal(t, 2, countTrue(list))
	yes := true
	require.True(t, list[1] == yes)
}

func countTrue(list []bool) (n int) {
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

func TestCustomTensorsOfUnknownTypesAreErrors(t *testing.T) {
	t.Parallel()
	for _, element := range []ortwrap.ElementType{ortwrap.Undefined, 99, -1, ortwrap.Complex64} {
		_, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(1), make([]byte, 64), element)
		require.Error(t, err, "%s", element)
		t.Log(err)
		_, err = ortwrap.NewNative(element, ortwrap.NewShape(1), make([]byte, 8))
		require.Error(t, err, "%s", element)
		t.Log(err)
	}
}

func TestMapsOfNothingAndUnfitThings(t *testing.T) {
	t.Parallel()
	m, err := ortwrap.NewMapFromGoMap(map[string]float32{})
	got, err := ortwrap.MapOf[string, float32](own(t, m, err))
	require.NoError(t, err)
	require.Empty(t, got)
}
