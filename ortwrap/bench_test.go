package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// BenchmarkOpen loads a small model and closes it again.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		session, err := ortwrap.CreateSession(digits.Model())
		require.NoError(b, err)
		require.NoError(b, session.Close())
	}
}

// BenchmarkRun runs a small model on one image: what a run costs beside the arithmetic.
func BenchmarkRun(b *testing.B) {
	session, err := ortwrap.CreateSession(digits.Model())
	require.NoError(b, err)
	defer session.Close()
	input, err := ortwrap.NewTensor(ortwrap.NewShape(1, 64), make([]float32, 64))
	require.NoError(b, err)
	defer input.Destroy()
	for b.Loop() {
		outputs, err := session.Run(b.Context(), input)
		require.NoError(b, err)
		for _, output := range outputs {
			require.NoError(b, output.Destroy())
		}
	}
}
