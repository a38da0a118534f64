package ortwrap_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// The sample model in each format of CoreML, on each part of the computer. Only a Mac can run this.
func TestCoreMLComputesWhatTheProcessorDoes(t *testing.T) {
	t.Parallel()
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	if !slices.Contains(build.Providers, ortwrap.CoreML{}.Name()) {
		t.Skip("this build has no CoreML")
	}
	samples, err := digits.Samples()
	require.NoError(t, err)
	for _, provider := range []ortwrap.CoreML{
		{},
		{ComputeUnits: ortwrap.UnitsCPUOnly},
		{ComputeUnits: ortwrap.UnitsCPUAndGPU, ModelFormat: ortwrap.FormatMLProgram},
		{ModelFormat: ortwrap.FormatMLProgram, Extra: map[string]string{
			"RequireStaticInputShapes": "0", "EnableOnSubgraphs": "1", "SpecializationStrategy": "FastPrediction",
			"AllowLowPrecisionAccumulationOnGPU": "0", "ModelCacheDirectory": t.TempDir(),
		}},
	} {
		session, err := ortwrap.NewSession().FromMemory(digits.Model()).WithProvider(provider).Open()
		require.NoError(t, err, "%+v", provider)
		require.Equal(t, provider.Name(), session.Providers()[0])
		for _, sample := range samples {
			image := newTensor(t, ortwrap.NewShape(1, 64), sample.Image()...)
			y, ok := runOne(t, session, image).(*ortwrap.Tensor[float32])
			require.True(t, ok)
			// The GPU and the Neural Engine compute with half precision.
			require.InDeltaSlice(t, sample.Probabilities[:], y.GetData(), 0.02, "%+v", provider)
		}
		require.NoError(t, session.Close())
	}
}
