package capi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

func TestABindingMakesItsOutputs(t *testing.T) {
	session, inputs, outputs := openModel(t, "constant.onnx")
	binding, err := session.Bind(inputs, nil, outputs, make([]capi.Value, 1), true)
	require.NoError(t, err)
	defer binding.Release()
	options, err := capi.NewRunOptions()
	require.NoError(t, err)
	defer options.Release()
	for range 2 {
		require.NoError(t, binding.Run(options))
		list, err := binding.Outputs()
		require.NoError(t, err)
		require.Len(t, list, 1)
		data, err := list[0].Data()
		require.NoError(t, err)
		require.EqualValues(t, 42, *(*float32)(data))
		list[0].Release()
	}
}

func TestTerminatedOptionsRunAgainAfterResume(t *testing.T) {
	session, inputs, outputs := openModel(t, "absent.onnx")
	options, err := capi.NewRunOptions()
	require.NoError(t, err)
	defer options.Release()
	runner := session.NewRunner(options, inputs, outputs)
	defer runner.Release()
	require.NoError(t, options.Terminate())
	require.ErrorAs(t, runner.Run(), new(*capi.Error))
	require.NoError(t, options.Resume())
	require.NoError(t, runner.Run())
	runner.Outputs()[0].Release()
}

func TestABindingThatGetsNoOlderTableNeedsALibraryOfItsAPI(t *testing.T) {
	require.NoError(t, capi.CheckBinding("1.23.2", 23))
	require.NoError(t, capi.CheckBinding("1.24.0", 24))
	err := capi.CheckBinding("1.21.0", 21)
	require.ErrorAs(t, err, new(*capi.TooOldError))
	require.ErrorContains(t, err, `version "1.21.0", but 1.23 is the oldest that can be used`)
}

func TestUnknownNamesAreNotBound(t *testing.T) {
	session, inputs, _ := openModel(t, "constant.onnx")
	unknown := capi.NewNames([]string{"unknown"})
	defer unknown.Release()
	binding, err := session.Bind(inputs, nil, unknown, make([]capi.Value, 1), false)
	if err == nil { // ORT tells when it runs only
		defer binding.Release()
		err = binding.Run(capi.RunOptions{})
	}
	require.ErrorAs(t, err, new(*capi.Error))
}
