package ortwrap_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// BenchmarkModel runs every model in the folder ORTWRAP_MODELS on zeros, with one thread. The target bench gives it the networks
// that come with ONNX's tests.
func BenchmarkModel(b *testing.B) {
	dir := os.Getenv("ORTWRAP_MODELS")
	if dir == "" {
		b.Skip("ORTWRAP_MODELS names no folder with models")
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.onnx"))
	require.NoError(b, err)
	require.NotEmpty(b, paths, "no models in %s", dir)
	for _, path := range paths {
		name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(path), ".onnx"), "light_")
		b.Run(name, func(b *testing.B) {
			session, err := ortwrap.NewSession().FromFile(path).WithThreads(1).Open()
			require.NoError(b, err)
			defer session.Close()
			inputs := zeros(b, session)
			for b.Loop() {
				outputs, err := session.Run(b.Context(), inputs...)
				require.NoError(b, err)
				for _, output := range outputs {
					require.NoError(b, output.Destroy())
				}
			}
		})
	}
}

// zeros makes the inputs of a model that takes floats; open dimensions are 1.
func zeros(b *testing.B, session *ortwrap.Session) []ortwrap.Value {
	b.Helper()
	var inputs []ortwrap.Value
	for _, info := range session.Inputs() {
		shape := info.Shape
		for i, d := range shape {
			shape[i] = max(d, 1)
		}
		input, err := ortwrap.NewEmptyTensor[float32](shape)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, input.Destroy()) })
		inputs = append(inputs, input)
	}
	return inputs
}
