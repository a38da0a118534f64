package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestOutputsMayHaveAnyNumberOfDimensions(t *testing.T) {
	t.Parallel()
	for name, rank := range map[string]int{"deep.onnx": 8, "deeper.onnx": 9} {
		got := runOne(t, open(t, name)).(*ortwrap.Tensor[float32])
		require.Len(t, got.GetShape(), rank)
		require.Equal(t, []float32{1, 2}, got.GetData())
	}
}
