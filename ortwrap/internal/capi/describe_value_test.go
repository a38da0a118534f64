package capi_test

import (
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// openModel opens a model of ortwrap's tests, with the names of its inputs and outputs. The tests that call it are not
// parallel: Load must not run twice at a time.
func openModel(t *testing.T, name string) (session capi.Session, inputs, outputs capi.Names) {
	t.Helper()
	require.NoError(t, capi.Load(os.Getenv("ORTWRAP_LIBRARY")))
	env, err := capi.NewEnv(capi.SeverityWarning)
	require.NoError(t, err)
	t.Cleanup(env.Release)
	options, err := capi.NewOptions()
	require.NoError(t, err)
	t.Cleanup(options.Release)
	model, err := os.ReadFile(filepath.Join("..", "..", "testdata", name))
	require.NoError(t, err)
	session, err = capi.OpenBytes(env, model, options)
	require.NoError(t, err)
	t.Cleanup(session.Release)
	names := func(list []capi.Info, err error) capi.Names {
		require.NoError(t, err)
		var names []string
		for _, info := range list {
			names = append(names, info.Name)
		}
		n := capi.NewNames(names)
		t.Cleanup(n.Release)
		return n
	}
	return session, names(session.Inputs()), names(session.Outputs())
}

// describe describes the one output of a model without inputs.
func describe(t *testing.T, name string) capi.Description {
	t.Helper()
	session, inputs, outputs := openModel(t, name)
	runner := session.NewRunner(capi.RunOptions{}, inputs, outputs)
	t.Cleanup(runner.Release)
	require.NoError(t, runner.Run())
	out := runner.Outputs()[0]
	t.Cleanup(out.Release)
	d, err := out.Describe()
	require.NoError(t, err)
	return d
}

const (
	tensor, sequence = 1, 2 // ONNXType
	float            = 1    // ONNXTensorElementDataType
)

func TestATensorIsDescribedInOneCall(t *testing.T) {
	d := describe(t, "constant.onnx")
	require.True(t, d.Full())
	require.Equal(t, tensor, d.Kind())
	require.Equal(t, float, d.Element())
	shape, ok := d.Shape()
	require.True(t, ok)
	require.Empty(t, shape)
	require.EqualValues(t, 42, *(*float32)(d.Data()))

	d = describe(t, "deep.onnx")
	shape, ok = d.Shape()
	require.True(t, ok)
	require.Equal(t, []int64{1, 1, 1, 1, 1, 1, 1, 2}, shape)
	require.Equal(t, []float32{1, 2}, unsafe.Slice((*float32)(d.Data()), 2))
}

func TestTooManyDimensionsAreLeftOut(t *testing.T) {
	d := describe(t, "deeper.onnx")
	_, ok := d.Shape()
	require.False(t, ok)
	require.Equal(t, []float32{1, 2}, unsafe.Slice((*float32)(d.Data()), 2))
}

func TestOtherKindsAreDescribedByTheirKind(t *testing.T) {
	d := describe(t, "nothing.onnx")
	require.True(t, d.Full())
	require.Equal(t, sequence, d.Kind())
	require.Nil(t, d.Data())
	d = describe(t, "absent.onnx")
	require.False(t, d.Full())
}
