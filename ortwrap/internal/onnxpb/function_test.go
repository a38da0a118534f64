package onnxpb_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// function is a FunctionProto of domain "d" with one node for each call, as a field of a ModelProto.
func function(name string, calls ...string) []byte {
	text := func(id byte, s string) []byte { return append([]byte{id<<3 | 2, byte(len(s))}, s...) }
	body := append(text(1, name), text(10, "d")...)
	for _, call := range calls {
		body = append(body, text(7, string(append(text(4, call), text(7, "d")...)))...)
	}
	return append([]byte{0xca, 1, byte(len(body))}, body...) // key 25<<3 | 2
}

func modelOf(t *testing.T, functions ...[]byte) []byte {
	t.Helper()
	model := message(t, "0808 3a00")
	for _, f := range functions {
		model = append(model, f...)
	}
	return model
}

func TestFunctionsMayCallOneAnother(t *testing.T) {
	t.Parallel()
	m, err := onnxpb.ReadModel(modelOf(t, function("a", "b", "b", "c"), function("b", "c"), function("c", "Relu")))
	require.NoError(t, err)
	require.Equal(t, 3, m.Functions)
	require.Equal(t, map[string]int{"d.b": 2, "d.c": 2, "d.Relu": 1}, m.Graph.Operators)
}

func TestFunctionsThatCallThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	for name, model := range map[string][]byte{
		"itself":         modelOf(t, function("a", "a")),
		"two":            modelOf(t, function("a", "b"), function("b", "a")),
		"behind another": modelOf(t, function("a", "b"), function("b", "c"), function("c", "d"), function("d", "b")),
		"defined twice":  modelOf(t, function("a", "b"), function("b"), function("b", "a")),
	} {
		_, err := outline(model)
		require.ErrorIs(t, err, onnxpb.ErrCalls, name)
	}
}

func TestCallsNestOnlySoDeep(t *testing.T) {
	t.Parallel()
	var functions [][]byte
	for i := range 1000 {
		functions = append(functions, function(fmt.Sprint(i), fmt.Sprint(i+1)))
	}
	_, err := outline(modelOf(t, functions...))
	require.NoError(t, err)
	functions = append(functions, function("1000", "1001"), function("1001"))
	_, err = outline(modelOf(t, functions...))
	require.ErrorIs(t, err, onnxpb.ErrCalls)
}
