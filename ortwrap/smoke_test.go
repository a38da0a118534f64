package ortwrap_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestTheLinkedLibrarySaysWhatItIs(t *testing.T) {
	t.Parallel()
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	require.Regexp(t, `^1\.\d+\.\d+$`, ortwrap.Version())
	require.Equal(t, ortwrap.Version(), build.Version)
	require.Contains(t, build.Version, fmt.Sprintf("1.%d.", build.API))
	require.GreaterOrEqual(t, build.API, 21)
	require.Contains(t, build.Providers, "CPUExecutionProvider")
	require.Contains(t, build.Info, "Build Info")
	require.Contains(t, []ortwrap.LinkMode{ortwrap.LinkStatic, ortwrap.LinkShared, ortwrap.LinkRuntime}, build.Link)
}

func TestInitializeMayBeCalledAgain(t *testing.T) {
	t.Parallel()
	require.NoError(t, ortwrap.Initialize())
	require.NoError(t, ortwrap.Initialize())
}
