package cmake_test

import (
	"bytes"
	"debug/elf"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// realProject returns a build of testdata/project with the machine's tools, in an environment full of traps and in a
// folder whose name has spaces.
func realProject(t *testing.T) (cmake.Options, run.Runner) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the toolchain file is Linux's")
	}
	dir := filepath.Join(t.TempDir(), "a folder, with spaces")
	trap := filepath.Join(dir, "machine")
	for _, name := range []string{"include/SafeInt.hpp", "lib/libtaken.a", "lib/cmake/Taken/TakenConfig.cmake"} {
		path := filepath.Join(trap, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o644))
	}
	o := options("1.21.0", "linux/amd64")
	o.Spec.Platform = spec.Host()
	o.Source, o.Build = filepath.Join(dir, "source"), filepath.Join(dir, "build")
	require.NoError(t, os.CopyFS(o.Source, os.DirFS(filepath.Join("testdata", "project"))))
	o.Release.UnityExclusions = map[string][]string{"onnxruntime_providers": {"src/alone.cc"}}
	o.Tools.CMake, o.Tools.Ninja = testkit.NeedTool(t, "cmake"), testkit.NeedTool(t, "ninja")
	o.Tools.CC, o.Tools.CXX = testkit.NeedTool(t, "cc"), testkit.NeedTool(t, "c++")
	o.Tools.AR = testkit.NeedTool(t, "ar")
	env := run.Environ(os.Environ(), []string{
		"CMAKE_PREFIX_PATH=" + trap, "Taken_ROOT=" + trap, "CXXFLAGS=-DTRAP", "ASMFLAGS=--nonsense",
		// CMake takes X for a prefix of packages where PATH has X/bin, just as it takes /usr.
		"PATH=" + filepath.Join(trap, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH"),
	})
	return o, &run.Exec{Env: env}
}

func TestARealProjectIsConfiguredAndCompiled(t *testing.T) {
	t.Parallel()
	o, runner := realProject(t)
	ready, err := cmake.Configure(t.Context(), runner, o)
	require.NoError(t, err, fault.Format(err))
	require.False(t, ready)

	libs, err := cmake.Closure(o.Build, []string{"onnxruntime_providers"})
	require.NoError(t, err)
	require.Equal(t, []string{"onnxruntime_mlas", "onnxruntime_providers"}, cmake.Targets(libs))
	require.Equal(t, 1, libs[0].Objects)
	require.Equal(t, 2, libs[1].Objects, "one unity file and the file that is left out of it")

	var last int64
	compile := func() error {
		return cmake.Build(t.Context(), runner, o, cmake.Targets(libs), 2, func(done, total int64) {
			require.LessOrEqual(t, done, total)
			last = total
		})
	}
	source := filepath.Join(o.Source, "src", "first.cc")
	good, err := os.ReadFile(source)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(source, []byte("#error broken\n"), 0o644))
	var f *fault.Error
	require.ErrorAs(t, compile(), &f)
	require.Contains(t, f.On, "onnxruntime_providers.dir/Unity/unity_0_cxx.cxx.o")
	require.Contains(t, f.Tail, "#error broken")
	require.NotContains(t, f.Tail, "-DCMAKE")

	require.NoError(t, os.WriteFile(source, good, 0o644))
	err = compile()
	require.NoError(t, err, fault.Format(err))
	require.Positive(t, last)
	for _, lib := range libs {
		members, err := run.Output(t.Context(), runner, run.Cmd{Path: o.Tools.AR, Args: []string{"t", lib.Path}})
		require.NoError(t, err)
		require.Len(t, strings.Fields(members), lib.Objects, lib.Target)
	}
	checkObjects(t, o)

	last = 0
	ready, err = cmake.Configure(t.Context(), runner, o)
	require.NoError(t, err)
	require.True(t, ready)
	require.NoError(t, compile())
	require.Zero(t, last, "something was compiled again")
}

// checkObjects reads the objects below the build folder: no path of this machine, no executable stack.
func checkObjects(t *testing.T, o cmake.Options) {
	t.Helper()
	all := &bytes.Buffer{}
	err := filepath.WalkDir(o.Build, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".o" || strings.Contains(path, "CompilerId") {
			return err
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotContains(t, string(data), filepath.Dir(o.Build), "%s holds a path of this machine", path)
		all.Write(data)

		object, err := elf.NewFile(bytes.NewReader(data))
		require.NoError(t, err)
		note := object.Section(".note.GNU-stack")
		require.NotNil(t, note, "%s asks for an executable stack", path)
		require.Zero(t, note.Flags&elf.SHF_EXECINSTR, path)
		return nil
	})
	require.NoError(t, err)
	for _, name := range []string{"onnxruntime/src/first.cc", "onnxruntime/src/alone.cc", "build/generated.cc"} {
		require.Contains(t, all.String(), name)
	}
}

func TestAnExclusionThatNamesNoSourceEndsConfigure(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"src/gone.cc", "lone.cc", "src"} {
		o, runner := realProject(t)
		o.Release.UnityExclusions["onnxruntime_providers"] = []string{file}
		_, err := cmake.Configure(t.Context(), runner, o)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		message := strings.Join(strings.Fields(f.Tail), " ")
		require.Contains(t, message,
			"unity exclusion "+file+" of the release file names no source of target onnxruntime_providers")
		require.NotContains(t, f.Tail, "-- Detecting")
	}
}
