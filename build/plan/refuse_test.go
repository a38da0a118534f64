package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestProvidersAreBuiltWhereTheirSystemIs(t *testing.T) {
	t.Parallel()
	linux, mac := spec.Platform{OS: "linux", Arch: "amd64"}, spec.Platform{OS: "darwin", Arch: "arm64"}
	for _, c := range []struct {
		host, target spec.Platform
		provider     spec.Provider
		err, hint    string // empty: it is built
	}{
		{linux, linux, spec.CPU, "", ""},
		{linux, linux, spec.CUDA, "", ""},
		{linux, mac, spec.CPU, "", ""},
		{mac, mac, spec.CoreML, "", ""},
		{mac, spec.Platform{OS: "darwin", Arch: "amd64"}, spec.CoreML, "", ""},
		{linux, linux, spec.CoreML, "no other system has it", "go tool mage buildCpu"},
		{mac, linux, spec.CoreML, "no other system has it", "go tool mage buildCpu"},
		{linux, mac, spec.CoreML, "headers of Apple's SDK, which only a Mac has", "go tool mage buildCoreml on a Mac"},
		{mac, mac, spec.DNNL, "built for Linux only", "unset ORT_PROVIDERS"},
	} {
		s := plan.With(spec.Spec{Version: "1.23.2", Platform: c.target}, spec.Static, spec.CPU, c.provider)
		err := plan.RefuseProviders(c.host, s)
		if c.err == "" {
			require.NoError(t, err, "%s on %s", s, c.host)
			continue
		}
		var f *fault.Error
		require.ErrorAs(t, err, &f, "%s on %s", s, c.host)
		require.ErrorContains(t, f.Err, c.err)
		require.Contains(t, f.Hint, c.hint)
	}
}

func TestLibtoolMergesOnAMacForAMac(t *testing.T) {
	t.Parallel()
	linux, mac := spec.Platform{OS: "linux", Arch: "amd64"}, spec.Platform{OS: "darwin", Arch: "arm64"}
	require.True(t, plan.MergeWithLibtool(mac, mac))
	require.False(t, plan.MergeWithLibtool(linux, mac))
	require.False(t, plan.MergeWithLibtool(mac, linux))
}

func TestCoreMLHasOneFormOfLinking(t *testing.T) {
	t.Parallel()
	s := plan.With(plan.CPU("1.23.2"), spec.Static, spec.CoreML)
	require.Equal(t, "cpu+coreml", s.Kind())
	require.Equal(t, "go tool mage buildCoreml", plan.BuildCommand(s))
}
