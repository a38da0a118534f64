package cmake_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// localOptions is a build in a folder of the test.
func localOptions(t *testing.T) cmake.Options {
	t.Helper()
	dir := t.TempDir()
	o := options("1.21.0", "linux/amd64")
	o.Source, o.Build = filepath.Join(dir, "source"), filepath.Join(dir, "build")
	return o
}

// fakeCMake writes what the real one leaves behind.
func fakeCMake(o cmake.Options) *run.Recorder {
	return &run.Recorder{Answer: func(context.Context, run.Cmd) error {
		return os.WriteFile(filepath.Join(o.Build, "build.ninja"), nil, 0o644)
	}}
}

func configure(t *testing.T, runner run.Runner, o cmake.Options) bool {
	t.Helper()
	ready, err := cmake.Configure(t.Context(), runner, o)
	require.NoError(t, err)
	return ready
}

func TestConfigureIsSkippedWhereNothingChanged(t *testing.T) {
	t.Parallel()
	o := localOptions(t)
	o.Facts = []string{"source sha256:1"}
	cmakes := fakeCMake(o)
	require.False(t, configure(t, cmakes, o))
	require.FileExists(t, filepath.Join(o.Build, ".cmake", "api", "v1", "query", "codemodel-v2"))
	require.FileExists(t, filepath.Join(o.Build, "builder", "project.cmake"))
	require.FileExists(t, filepath.Join(o.Build, "builder", "toolchain.cmake"))
	require.True(t, configure(t, cmakes, o))
	require.Len(t, cmakes.Commands(), 1)
}

func TestAnythingElseStartsFromAnEmptyFolder(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*cmake.Options){
		"another fact":      func(o *cmake.Options) { o.Facts = []string{"source sha256:2"} },
		"another tool":      func(o *cmake.Options) { o.Tools.CXX = "/usr/bin/clang++" },
		"another cmake":     func(o *cmake.Options) { o.Tools.CMake = "/usr/bin/cmake" },
		"another exclusion": func(o *cmake.Options) { o.Release.UnityExclusions = map[string][]string{"onnx": {"a.cc"}} },
		"no build.ninja":    func(o *cmake.Options) { _ = os.Remove(filepath.Join(o.Build, "build.ninja")) },
		"no stamp":          func(o *cmake.Options) { _ = os.Remove(filepath.Join(o.Build, "builder", "configured")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := localOptions(t)
			o.Facts = []string{"source sha256:1"}
			cmakes := fakeCMake(o)
			configure(t, cmakes, o)
			half := filepath.Join(o.Build, "half-made")
			require.NoError(t, os.WriteFile(half, nil, 0o644))

			change(&o)
			require.False(t, configure(t, cmakes, o))
			require.NoFileExists(t, half)
			require.Len(t, cmakes.Commands(), 2)
		})
	}
}

func TestAFailedConfigureIsNotTrusted(t *testing.T) {
	t.Parallel()
	o := localOptions(t)
	broken := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		if err := os.WriteFile(filepath.Join(o.Build, "build.ninja"), nil, 0o644); err != nil {
			return err
		}
		if _, err := io.WriteString(cmd.Stderr, cmakeOutput); err != nil {
			return err
		}
		return failure("the last lines")
	}}
	_, err := cmake.Configure(t.Context(), broken, o)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, "configure onnxruntime 1.21.0", f.Op)
	require.Equal(t, o.Build, f.On)
	require.Equal(t, cmakeMessages, f.Tail)
	require.False(t, configure(t, fakeCMake(o), o), "the folder of the failed run was taken")
}

// cmakeOutput is what CMake writes when a dependency's archive is wrong, shortened in the middle.
const cmakeOutput = `-- The C compiler identification is GNU 12.2.0
CMake Warning at external/warn.cmake:3 (message):
  Nothing to worry about.

-- Loading Dependencies ...
[1/9] Creating directories for 're2-populate'
[2/9] Performing download step (verify and extract) for 're2-populate'
FAILED: re2-populate-prefix/src/re2-populate-stamp/re2-populate-download
cmake -P download.cmake
-- verifying file...
ninja: build stopped: subcommand failed.

CMake Error at FetchContent.cmake:1918 (message):
  Build step for re2 failed: 1


Call Stack (most recent call first):
  FetchContent.cmake:1609 (__FetchContent_populateSubbuild)
  external/helper_functions.cmake:30 (FetchContent_MakeAvailable)


-- Configuring incomplete, errors occurred!
`

const cmakeMessages = `FAILED: re2-populate-prefix/src/re2-populate-stamp/re2-populate-download
cmake -P download.cmake
-- verifying file...
CMake Error at FetchContent.cmake:1918 (message):
  Build step for re2 failed: 1

Call Stack (most recent call first):
  FetchContent.cmake:1609 (__FetchContent_populateSubbuild)
  external/helper_functions.cmake:30 (FetchContent_MakeAvailable)`

func TestAFailureWithoutAMessageShowsTheLastLines(t *testing.T) {
	t.Parallel()
	o := localOptions(t)
	_, err := cmake.Configure(t.Context(), program("-- Detecting\nSegmentation fault\n", failure("Segmentation fault")), o)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, "Segmentation fault", f.Tail)
}

func TestConfigureRefusesFoldersThatWouldDoHarm(t *testing.T) {
	t.Parallel()
	for message, change := range map[string]func(*cmake.Options){
		"contain one another":         func(o *cmake.Options) { o.Build = filepath.Dir(o.Source) },
		"and build folder":            func(o *cmake.Options) { o.Build = filepath.Join(o.Source, "build") },
		"is not an absolute path":     func(o *cmake.Options) { o.Build = "build" },
		"has a character that CMake":  func(o *cmake.Options) { o.Build += ";x" },
		"that CMake or a compiler ca": func(o *cmake.Options) { o.Source += "a=b" },
	} {
		o := localOptions(t)
		keep := filepath.Join(o.Source, "keep")
		require.NoError(t, os.MkdirAll(keep, 0o755))
		change(&o)
		commands := &run.Recorder{}
		_, err := cmake.Configure(t.Context(), commands, o)
		require.ErrorContains(t, err, message)
		require.DirExists(t, keep)
		require.Empty(t, commands.Commands())
	}
}
