package capi_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

// fake links base.c, linked.c and dl_linux.c with a stand-in for ORT and returns what the program prints.
func fake(t *testing.T, version, api string, flags ...string) string {
	t.Helper()
	cc, err := exec.Command("go", "env", "CC").Output()
	require.NoError(t, err)

	program := filepath.Join(t.TempDir(), "fake")
	args := []string{
		"-Wall", "-o", program, `-DFAKE_VERSION="` + version + `"`, "-DFAKE_API=" + api,
		"-Wl,--wrap=dlopen", "-Wl,--wrap=dlsym", "-Wl,--wrap=dlclose",
		"base.c", "linked.c", "dl_linux.c", filepath.Join("testdata", "fake.c"), "-ldl",
	}
	if platformtest.IsStatic(t) {
		args = append(args, "-DFAKE_STATIC")
	}
	out, err := exec.Command(strings.TrimSpace(string(cc)), append(args, flags...)...).CombinedOutput()
	if err != nil && strings.Contains(string(out), "cannot find -lc") && os.Getenv("CI") == "" {
		t.Skip("there is no static C library on this machine")
	}
	require.NoError(t, err, "%s", out)
	if !slices.Contains(flags, "-static") { // where glibc warns of dlopen
		require.Empty(t, string(out))
	}
	out, err = platformtest.Command(t.Context(), program).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// passedThrough is what the C library answers.
func passedThrough(t *testing.T) string {
	t.Helper()
	lines := "missing function: no, with a text: yes\nclosed: yes\nmissing library: no, with a text: yes\n"
	if platformtest.IsStatic(t) {
		return lines
	}
	return lines + "other library: yes\nprogram itself: yes\n"
}

func TestTheNewestTableAnswersForNewerOnes(t *testing.T) {
	t.Parallel()
	require.Equal(t, "opened: yes\nbase: 1.21.0\nAPI 23: yes\nasked the library for: 21\nloaded: yes\n"+passedThrough(t),
		fake(t, "1.21.0", "21"))
	require.Contains(t, fake(t, "1.23.2", "23"), "API 23: yes\nasked the library for: 23\nloaded: yes\n")
	require.Contains(t, fake(t, "1.30.0", "30"), "API 23: yes\nasked the library for: 23\nloaded: yes\n")
}

func TestATooOldLibraryIsRefused(t *testing.T) {
	t.Parallel()
	require.Equal(t, "opened: yes\nbase: 1.20.1\nAPI 23: no\nasked the library for: 0\nloaded: no\n"+passedThrough(t),
		fake(t, "1.20.1", "20"))
	require.Contains(t, fake(t, "strange", "99"), "loaded: no\n")
	err := &capi.TooOldError{Version: "1.20.1", Oldest: capi.OldestAPI}
	require.EqualError(t, err, `ONNX Runtime is version "1.20.1", but 1.21 is the oldest that can be used: `+capi.Hint)
}

func TestAStaticProgramFindsItsLibraryToo(t *testing.T) {
	t.Parallel()
	platformtest.SkipWithoutStaticLibc(t)
	out := fake(t, "1.21.0", "21", "-static", "-DFAKE_STATIC")
	require.Contains(t, out, "base: 1.21.0\nAPI 23: yes\n")
	require.Contains(t, out, "missing function: no")
	require.Contains(t, out, "closed: yes\nmissing library: no, with a text: yes\n")
}

// Else the tests that open libraries would be skipped where they are wanted.
func TestWithGlibcProgramsOpenLibraries(t *testing.T) {
	t.Parallel()
	cc, err := exec.Command("go", "env", "CC").Output()
	require.NoError(t, err)
	machine, err := exec.Command(strings.TrimSpace(string(cc)), "-dumpmachine").Output()
	require.NoError(t, err)
	if !strings.Contains(string(machine), "-gnu") {
		t.Skip("this is not for glibc")
	}
	require.False(t, platformtest.IsStatic(t))
}

func TestTheLibraryLoads(t *testing.T) {
	t.Parallel()
	require.NoError(t, capi.Load(os.Getenv("ORTWRAP_LIBRARY")))
	require.GreaterOrEqual(t, capi.API(), capi.OldestAPI)
	require.Contains(t, capi.Version(), "1.")
}
