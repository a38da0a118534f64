package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
)

// A session that asks for the processor is one that asks for nothing: ORT has all operators fall back to it. So it
// stands for a provider that takes none.
func TestWhatAProviderLeavesToTheProcessorIsNotTaken(t *testing.T) {
	t.Parallel()
	cases, err := conformance.Load(folder(t, files(t)))
	require.NoError(t, err)
	s, err := conformance.Run(t.Context(), cases, conformance.On("none", ortwrap.CPU{}), nil)
	require.NoError(t, err)
	require.Equal(t, 4, s.NotTaken, "with the one whose model is a constant and leaves no operator to run")
	require.Zero(t, s.Passed+s.Failed+s.Unsupported)
	require.Equal(t, conformance.Result{Case: "test_digit", Status: conformance.NotTaken}, s.Results[0])
}

func TestProvidersHaveShortNames(t *testing.T) {
	t.Parallel()
	cpu, err := conformance.NewProvider("cpu")
	require.NoError(t, err)
	require.Equal(t, "cpu", cpu.String())
	require.Equal(t, cpu, conformance.Provider{})
	_, err = conformance.NewProvider("tpu")
	require.EqualError(t, err, `unknown provider "tpu": expected one of cpu, coreml, cuda, dnnl`)
	list, err := ortwrap.Providers()
	require.NoError(t, err)
	for name, full := range map[string]string{
		"coreml": "CoreMLExecutionProvider", "cuda": "CUDAExecutionProvider", "dnnl": "DnnlExecutionProvider",
	} {
		p, err := conformance.NewProvider(name)
		require.Equal(t, name, p.String())
		for _, status := range list {
			switch {
			case status.Name != full:
			case status.Usable:
				require.NoError(t, err)
			default:
				require.ErrorIs(t, err, ortwrap.ErrProvider)
				require.ErrorContains(t, err, status.Reason)
			}
		}
	}
}

// What is known of one provider says nothing about another.
func TestEveryProviderHasAListOfItsOwn(t *testing.T) {
	t.Parallel()
	cpu, err := conformance.Expect("1.21.0", conformance.Provider{})
	require.NoError(t, err)
	require.Equal(t, "known_failures.txt", cpu.List)
	none, err := conformance.Expect("1.21.0", conformance.On("tpu", ortwrap.CPU{}))
	require.NoError(t, err)
	require.Equal(t, "known_failures_tpu.txt", none.List)
	require.False(t, none.Known)
	require.Empty(t, none.Fails)
}
