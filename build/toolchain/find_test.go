package toolchain_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

func TestMachineToolsAreFound(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	set, missing, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, missing)
	require.Nil(t, set.Launcher)
	require.Equal(t, toolchain.Tool{
		Name: "cmake", Path: filepath.Join(m.Bin, "cmake"), Version: "3.30.1", Origin: "machine",
	}, set.CMake)
	require.Equal(t, "21.12", set.Protoc.Version)
	require.Equal(t, "12.2.0", set.CXX.Version)
	for _, tool := range set.Tools() {
		require.FileExists(t, tool.Path)
	}
}

func TestToolsThatWillNotDoAreNamedWithTheReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ program, body, want string }{
		"old":    {"cmake", says("cmake version 3.25.1"), "cmake >= 3.28, < 5 is missing: BIN/cmake is 3.25.1, too old"},
		"new":    {"cmake", says("cmake version 5.0.0"), "cmake >= 3.28, < 5 is missing: BIN/cmake is 5.0.0, too new"},
		"broken": {"ninja", "exit 127", "ninja >= 1.10 is missing: BIN/ninja does not run"},
		"mute":   {"ninja", "true", "ninja >= 1.10 is missing: BIN/ninja does not say its version"},
		"other":  {"protoc", says("libprotoc 25.1"), "protoc 21.12 is missing: BIN/protoc is 25.1, not 21.12"},
		"nearly": {"protoc", says("libprotoc 3.20.3"), "protoc 21.12 is missing: BIN/protoc is 20.3, not 21.12"},
		"python": {"python3", "exit 1", "python3 >= 3.8 is missing: BIN/python3 does not run"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, all())
			m.script(t, c.program, c.body)
			_, missing, err := m.Find(t.Context(), want)
			require.NoError(t, err)
			require.Len(t, missing, 1)
			require.Equal(t, c.want, m.hide(missing[0].String()))
		})
	}
}

func TestSecondProgramInPathIsUsedWhereTheFirstIsTooOld(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	m.script(t, "cmake", says("cmake version 3.16.3"))
	second := newMachine(t, map[string]string{"cmake": says("cmake version 3.28")})
	m.Env = []string{"PATH=" + m.Bin + ":relative:" + second.Bin}
	set, missing, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, missing)
	require.Equal(t, filepath.Join(second.Bin, "cmake"), set.CMake.Path)
}

func TestPythonSaysWhereItReallyIs(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	real := m.script(t, "python3.12", says("3.12.0"))
	m.script(t, "python3", "echo 3.12.0; echo '"+real+"'")
	set, _, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, real, set.Python.Path)
}

func TestMissingPkgConfigIsMissingAlone(t *testing.T) {
	t.Parallel()
	m := newMachine(t, without(all(), "pkg-config"))
	set, missing, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, []toolchain.Missing{{Name: "pkg-config"}}, missing)
	require.Empty(t, set.PkgConfig)

	m.script(t, "pkgconf", says("1.8.1"))
	set, missing, err = m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, missing)
	require.Equal(t, filepath.Join(m.Bin, "pkgconf"), set.PkgConfig.Path)
}

func TestCompilersAreFoundInPairs(t *testing.T) {
	t.Parallel()
	const clang = "echo 'clang version 14.0.6'"
	current, old := fmt.Sprintf(gcc, "12.2.0"), fmt.Sprintf(gcc, "10.2.1")
	type programs = map[string]string
	for name, c := range map[string]struct {
		programs programs
		want     toolchain.Want
		cxx      string   // name of the program; empty: none
		missing  []string // names
	}{
		"none":        {nil, toolchain.Want{}, "", []string{"cc", "c++"}},
		"C alone":     {programs{"cc": current}, toolchain.Want{}, "", []string{"c++"}},
		"gcc too old": {programs{"cc": old, "c++": old}, toolchain.Want{}, "", []string{"cc", "c++"}},
		"old gcc, new clang": {
			programs{"cc": old, "c++": old, "clang": clang, "clang++": clang}, toolchain.Want{}, "clang++", nil,
		},
		"sibling of CC": {
			programs{"clang-14": clang, "clang++-14": clang, "cc": current, "c++": current},
			toolchain.Want{CC: "clang-14"},
			"clang++-14",
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, c.programs)
			set, missing, err := m.Find(t.Context(), c.want)
			require.NoError(t, err)
			var names []string
			for _, lack := range missing {
				if lack.Name == toolchain.CC || lack.Name == toolchain.CXX {
					names = append(names, lack.Name)
				}
			}
			require.Equal(t, c.missing, names)
			if c.cxx != "" {
				require.Equal(t, filepath.Join(m.Bin, c.cxx), set.CXX.Path)
			}
		})
	}
}

func TestChosenCompilerIsUsedOrRefused(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	old := m.script(t, "old-g++", fmt.Sprintf(gcc, "9.4.0"))
	for _, c := range []struct {
		want       toolchain.Want
		text, hint string
	}{
		{toolchain.Want{CXX: "no-such-g++"}, "CC=no-such-gcc", "unset it"},
		{toolchain.Want{CC: "cc", CXX: old}, "is 9.4.0, too old", "GCC >= 11.1"},
		{toolchain.Want{CC: "ccache gcc", CXX: "c++"}, "without arguments", "ORT_LAUNCHER"},
	} {
		_, _, err := m.Find(t.Context(), c.want)
		var refused *fault.Error
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, c.text)
		require.Contains(t, refused.Hint, c.hint)
	}
}

func TestLauncherIsChosen(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	cached := newMachine(t, all())
	ccache := cached.script(t, "ccache", says("ccache version 4.7.5"))
	cached.script(t, "sccache", says("sccache 0.4.0"))
	broken := newMachine(t, all())
	broken.script(t, "ccache", "exit 1")
	linked := newMachine(t, without(all(), "c++"))
	linked.script(t, "ccache", fmt.Sprintf(gcc, "12.2.0"))
	require.NoError(t, os.Symlink("ccache", filepath.Join(linked.Bin, "c++")))

	for _, c := range []struct {
		machine      *machine
		choice, want string // name of the launcher; empty: none
	}{
		{m, "", ""},
		{cached, "", "ccache"},
		{cached, "sccache", "sccache"},
		{cached, ccache, "ccache"},
		{cached, "none", ""},
		{cached, "off", ""},
		{broken, "", ""},
		{linked, "", ""},
		{linked, "ccache", "ccache"},
	} {
		set, _, err := c.machine.Find(t.Context(), toolchain.Want{Protoc: "21.12", Launcher: c.choice})
		require.NoError(t, err)
		if c.want == "" {
			require.Nil(t, set.Launcher, c.choice)
			continue
		}
		require.Equal(t, c.want, set.Launcher.Name)
		require.Equal(t, *set.Launcher, set.Tools()[len(set.Tools())-1])
	}
	for _, missing := range []*machine{m, broken} {
		_, _, err := missing.Find(t.Context(), toolchain.Want{Launcher: "ccache"})
		require.ErrorContains(t, err, "ORT_LAUNCHER=ccache")
	}
}

// A second look starts nothing but the compilers and the scripts whose version is in the key.
func TestSecondLookStartsLittle(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	_, _, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	recorder := &run.Recorder{Answer: m.Runner.Run}
	m.Runner = recorder
	_, missing, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, missing)
	var started []string
	for _, cmd := range recorder.Commands() {
		started = append(started, filepath.Base(cmd.Path))
	}
	require.ElementsMatch(t, []string{"cc", "c++", "cmake", "ninja", "protoc"}, started)

	m.script(t, "patch", says("GNU patch 3.0"))
	set, _, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, "3.0", set.Patch.Version, "a program that was replaced is asked again")
}

func TestDamagedNotesOnlyCostTime(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	for _, text := range []string{"", "{", "null", `{"x":7}`, "[]"} {
		require.NoError(t, os.MkdirAll(m.Dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(m.Dir, "programs.json"), []byte(text), 0o644))
		_, missing, err := m.Find(t.Context(), want)
		require.NoError(t, err)
		require.Empty(t, missing)
	}
}

func TestSearchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := m.Find(ctx, want)
	require.ErrorIs(t, err, context.Canceled)
}
