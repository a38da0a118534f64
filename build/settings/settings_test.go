package settings_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
)

func TestDefaultsAreFilledIn(t *testing.T) {
	t.Parallel()
	s, err := settings.Load([]string{"HOME=/home/a b", "PATH=/bin"})
	require.NoError(t, err)
	require.Equal(t, "/home/a b/.cache/onnxruntime-builder", s.Home)
	require.Zero(t, s.Jobs)
	require.False(t, s.Offline)
}

func TestVariablesAreRead(t *testing.T) {
	t.Parallel()
	s, err := settings.Load([]string{
		"ORT_VERSION=1.21.0", "ORT_OFFLINE=1", "ORT_JOBS=3", "ORT_HOME=/o", "ORT_MIRROR=https://mirror.example/ort",
		"ORT_SOURCE_DIR=/src", "ORT_LAUNCHER=none", "ORT_JSON=1", "ORT_FUZZ_TIME=20s", "CXX=clang++",
	})
	require.NoError(t, err)
	require.Equal(t, "1.21.0", s.Version)
	require.True(t, s.Offline)
	require.True(t, s.JSON)
	require.Equal(t, 3, s.Jobs)
	require.Equal(t, 20*time.Second, s.FuzzTime)
	require.Equal(t, "/o", s.Home)
	require.Equal(t, "https://mirror.example/ort", s.Mirror)
	require.Equal(t, "clang++", s.CXX)
}

func TestCIMayBeAName(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{"": false, "0": false, "false": false, "1": true, "true": true, "woodpecker": true} {
		s, err := settings.Load([]string{"HOME=/x", "CI=" + value})
		require.NoError(t, err)
		require.Equal(t, want, s.CI, value)
		require.Contains(t, s.Environ, "CI="+value)
	}
}

func TestBadSettingsAreRefusedByName(t *testing.T) {
	t.Parallel()
	for variable, want := range map[string]string{
		"ORT_VERSON=1.21.0":           "ORT_VERSON",
		"ORT_JOBS=many":               "Jobs",
		"ORT_JOBS=-1":                 "ORT_JOBS",
		"ORT_FUZZ_TIME=-1s":           "ORT_FUZZ_TIME",
		"ORT_FUZZ_TIME=soon":          "FuzzTime",
		"ORT_HOME=/it's/here":         `the character "'"`,
		"ORT_OFFLINE=perhaps":         "Offline",
		"ORT_MIRROR=/no/such/folder/": "/no/such/folder",
	} {
		_, err := settings.Load([]string{"HOME=/h", variable})
		require.ErrorContains(t, err, want, variable)
		var f *fault.Error
		require.ErrorAs(t, err, &f, variable)
		require.NotEmpty(t, f.Hint, variable)
	}
	_, err := settings.Load(nil)
	require.ErrorContains(t, err, "HOME is not set")
}

// Where images are stored, and where a daemon listens, is a matter of the machine.
func TestWhatRunsContainersFindsItsConfiguration(t *testing.T) {
	t.Parallel()
	s, err := settings.Load([]string{
		"HOME=/h", "CONTAINERS_CONF=/c", "CONTAINERS_STORAGE_CONF=/s", "DOCKER_HOST=unix:///d", "BUILDAH_ISOLATION=chroot",
		"XDG_RUNTIME_DIR=/run/user/1", "ROWS=debian-12,alpine", "STEPS=doctor", "ORT_ENGINE=buildah",
	})
	require.NoError(t, err)
	require.Equal(t, []string{"debian-12", "alpine"}, s.Rows)
	require.Equal(t, []string{"doctor"}, s.Steps)
	require.Equal(t, "buildah", s.Engine)
	require.Equal(t, []string{
		"BUILDAH_ISOLATION=chroot", "CONTAINERS_CONF=/c", "CONTAINERS_STORAGE_CONF=/s", "DOCKER_HOST=unix:///d", "HOME=/h",
		"LC_ALL=C.UTF-8", "XDG_RUNTIME_DIR=/run/user/1",
	}, s.Programs)
}

// What steers a compiler in silence would change the result without changing the store's key.
func TestProgramsSeeOnlyWhatIsAllowed(t *testing.T) {
	t.Parallel()
	s, err := settings.Load([]string{
		"HOME=/h", "PATH=/bin", "CFLAGS=-O0", "CPATH=/x", "LD_PRELOAD=y.so", "CCACHE_DIR=/c", "GOPROXY=off", "https_proxy=p", "LANG=de_DE",
	})
	require.NoError(t, err)
	require.Equal(t, []string{"CCACHE_DIR=/c", "GOPROXY=off", "HOME=/h", "LC_ALL=C.UTF-8", "PATH=/bin", "https_proxy=p"}, s.Programs)
}

func TestEveryVariableHasHelp(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, settings.Variables())
	for _, v := range settings.Variables() {
		require.NotEmpty(t, v.Help, v.Name)
	}
}
