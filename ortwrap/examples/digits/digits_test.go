package digits_test

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

func TestTheSamplesAreTenDifferentDigits(t *testing.T) {
	t.Parallel()
	samples, err := digits.Samples()
	require.NoError(t, err)
	require.Len(t, samples, 10)
	for i, s := range samples {
		require.Equal(t, i, s.Digit)
		sum := 0.0
		for _, p := range s.Probabilities {
			sum += float64(p)
		}
		require.InDelta(t, 1, sum, 1e-5)
		for k, p := range s.Image() {
			require.True(t, p >= 0 && p <= 1 && !math.IsNaN(float64(p)), "pixel %d is %g", k, p)
		}
	}
}

func TestTheModelStaysSmall(t *testing.T) {
	t.Parallel()
	require.Less(t, len(digits.Model()), 300_000)
	header, err := os.ReadFile("sample.h")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(header), "// Made by train.py"))
}
