package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestNamesOfABuild(t *testing.T) {
	t.Parallel()
	s := spec.Spec{
		Version:   "1.23.2",
		Platform:  spec.Platform{OS: "linux", Arch: "amd64"},
		Providers: []spec.Provider{spec.CPU, "cuda"},
	}
	require.Equal(t, "1.23.2 linux/amd64 cpu+cuda", s.String())
	require.Equal(t, "1.23.2-linux-amd64-cpu+cuda", s.Folder())
	require.True(t, s.Has(spec.CUDA))
	require.False(t, s.Has(spec.DNNL))
	require.Equal(t, []spec.Provider{spec.CUDA}, s.Others())

	s.Linking, s.GPU.Minimal = spec.Static, true
	require.Equal(t, "1.23.2 linux/amd64 cpu+cuda-minimal-static", s.String())
	require.Equal(t, "1.23.2-linux-amd64-cpu+cuda-minimal", s.Folder(), "both forms are made in one folder")
	s.Linking = spec.Loose
	require.Equal(t, "cpu+cuda-minimal-loose", s.Kind(), "no build that people use has its name")
}

func TestProvidersInsideTheCoreAreNoLibrariesOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := spec.Spec{Providers: []spec.Provider{spec.CPU, spec.CUDA, spec.CoreML}}
	require.Equal(t, []string{"cuda", "coreml"}, s.OtherNames())
	require.Equal(t, []spec.Provider{spec.CUDA}, s.Separate())
	require.Equal(t, []string{"cuda"}, s.SeparateNames())
	s.Providers = []spec.Provider{spec.CPU, spec.CoreML}
	require.Empty(t, s.Separate())
	require.Equal(t, "cpu+coreml", s.Kind(), "it has one form only")
}

func TestHostIsComplete(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, spec.Host().OS)
	require.NotEmpty(t, spec.Host().Arch)
}
