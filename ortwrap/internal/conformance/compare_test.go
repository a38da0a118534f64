package conformance_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

func floats(t *testing.T, list ...float32) onnxpb.Value {
	t.Helper()
	v, err := onnxpb.ParseTensor(tensor(t, 1, []byte{byte(len(list))}, list))
	require.NoError(t, err)
	return v
}

func TestValuesAreComparedAsOnnxDoes(t *testing.T) {
	t.Parallel()
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	ints, err := onnxpb.ParseTensor(tensor(t, 6, []byte{2}, []int32{1000000, 2}))
	require.NoError(t, err)
	near, err := onnxpb.ParseTensor(tensor(t, 6, []byte{2}, []int32{1000001, 2}))
	require.NoError(t, err)
	words := onnxpb.Value{Tensor: &onnxpb.Tensor{Element: onnxpb.String, Dims: []int64{1}, Strings: []string{"a"}}}
	other := onnxpb.Value{Tensor: &onnxpb.Tensor{Element: onnxpb.String, Dims: []int64{1}, Strings: []string{"b"}}}
	sequence := func(items ...onnxpb.Value) onnxpb.Value {
		return onnxpb.Value{Sequence: &onnxpb.Sequence{Items: items}}
	}

	cases := []struct {
		name      string
		got, want onnxpb.Value
		err       string // part of; empty: equal
	}{
		{"equal", floats(t, 1, -2), floats(t, 1, -2), ""},
		{"within the relative tolerance", floats(t, 1.0009), floats(t, 1), ""},
		{"beyond it", floats(t, 1, 1.002), floats(t, 1, 1), "1 of 2 elements differ, the first at 1: expected 1, got 1.00"},
		{"within the absolute tolerance", floats(t, 0.9e-7), floats(t, 0), ""},
		{"near zero", floats(t, 1.1e-7), floats(t, 0), "1 of 1"},
		{"NaN", floats(t, nan), floats(t, nan), ""},
		{"NaN for a number", floats(t, nan), floats(t, 1), "got NaN"},
		{"number for NaN", floats(t, 1), floats(t, nan), "expected NaN"},
		{"infinity", floats(t, inf), floats(t, inf), ""},
		{"wrong infinity", floats(t, -inf), floats(t, inf), "got -Inf"},
		{"number for infinity", floats(t, 1), floats(t, inf), "expected +Inf"},
		{"integers are exact", near, ints, "1 of 2 elements differ, the first at 0: expected bytes 40 42 0f 00"},
		{"types", ints, floats(t, 1, 2), "expected elements of type float32, got int32"},
		{"shapes", floats(t, 1, 2), floats(t, 1), "expected shape [1], got [2]"},
		{"strings", words, other, `expected ["b"], got ["a"]`},
		{"sequences", sequence(words), sequence(words), ""},
		{"sequence lengths", sequence(), sequence(words), "expected 1 items, got 0"},
		{"sequence items", sequence(words), sequence(other), "item 0: expected"},
		{"kinds", sequence(), words, "expected a tensor, got a sequence"},
		{"nothing", onnxpb.Value{}, onnxpb.Value{}, ""},
		{"something for nothing", words, onnxpb.Value{}, "expected nothing, got a tensor"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := conformance.Compare(c.got, c.want, 1e-7)
			if c.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.err)
			}
		})
	}
}
