package ortwrap_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestTheLibrarySaysWhatItIs(t *testing.T) {
	t.Parallel()
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	require.Regexp(t, `^1\.\d+\.\d+$`, ortwrap.Version())
	require.Equal(t, ortwrap.Version(), build.Version)
	require.Contains(t, build.Version, fmt.Sprintf("1.%d.", build.API))
	require.GreaterOrEqual(t, build.API, 21)
	require.Contains(t, build.Providers, "CPUExecutionProvider")
	require.Contains(t, build.Info, "Build Info")
}

func TestTheLinkModeIsThatOfTheBuildTag(t *testing.T) {
	t.Parallel()
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	require.Contains(t, tagModes, build.Link)
	if build.Link == ortwrap.LinkStatic {
		require.Empty(t, build.Library)
		require.Regexp(t, `^([0-9a-f]{32})?$`, build.StoreKey)
		require.Regexp(t, `^(\d+\.\d+(\.\d+)?)?$`, build.GlibcFloor)
		return
	}
	require.FileExists(t, build.Library)
	require.True(t, filepath.IsAbs(build.Library), build.Library)
	require.Empty(t, build.StoreKey)
}

// pkg-config tells the version of what it makes the go command link.
func TestTheVersionIsThatOfPkgConfig(t *testing.T) {
	t.Parallel()
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	if build.Link != ortwrap.LinkStatic {
		t.Skip("the library was not found through pkg-config")
	}
	name, err := exec.Command("go", "env", "PKG_CONFIG").Output()
	require.NoError(t, err)
	version, err := exec.Command(strings.TrimSpace(string(name)), "--modversion", "libonnxruntime").Output()
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(version)), build.Version)
}

func TestInitializeMayBeCalledAgain(t *testing.T) {
	t.Parallel()
	require.NoError(t, ortwrap.Initialize())
	require.NoError(t, ortwrap.Initialize())
}
