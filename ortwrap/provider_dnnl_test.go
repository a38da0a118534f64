package ortwrap_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// oneDNN's provider reads axes that are an input for ReduceSum alone. The build's patch makes it leave others to the
// processor. Without it the result is the mean of all elements.
func TestDNNLReducesTheAxesThatAreAnInput(t *testing.T) {
	t.Parallel()
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	if !slices.Contains(build.Providers, ortwrap.DNNL{}.Name()) {
		t.Skip("this build has no oneDNN")
	}
	x := newTensor[float32](t, ortwrap.NewShape(2, 3), 1, 2, 3, 4, 5, 6)
	for _, provider := range []ortwrap.Provider{ortwrap.CPU{}, ortwrap.DNNL{}} {
		session, err := ortwrap.NewSession().FromMemory(read(t, "mean.onnx")).WithProvider(provider).Open()
		require.NoError(t, err)
		y, ok := runOne(t, session, x).(*ortwrap.Tensor[float32])
		require.True(t, ok)
		require.Equal(t, ortwrap.NewShape(2, 1), y.GetShape(), provider.Name())
		require.Equal(t, []float32{2, 5}, y.GetData(), provider.Name())
		require.NoError(t, session.Close())
	}
}
