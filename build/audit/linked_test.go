package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// program links a C program with flags and returns its path.
func program(t *testing.T, flags ...string) string {
	t.Helper()
	cc := testkit.NeedTool(t, "cc")
	dir := t.TempDir()
	text := "int printf(const char *, ...); int main(void) { return printf(\"x\") != 1; }"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.c"), []byte(text), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ort.c"), []byte("int ort(void) { return 1; }"), 0o600))
	command(t, dir, cc, "-shared", "-fPIC", "-o", "libonnxruntime.so.1", "-Wl,-soname,libonnxruntime.so.1", "ort.c")
	path := filepath.Join(dir, "main")
	command(t, dir, cc, append([]string{"-o", path, "main.c"}, flags...)...)
	return path
}

func TestProgramReadsWhatALinkerWrote(t *testing.T) {
	t.Parallel()
	got, err := audit.Program(program(t))
	require.NoError(t, err)
	require.Empty(t, got.Problems(spec.Host()))
	require.Len(t, got.Needed, 1)
	require.Contains(t, got.Needed[0], "libc.")
	require.Len(t, got.Floors, 1)
	require.Equal(t, "GLIBC", got.Floors[0].Name)

	static, err := audit.Program(program(t, "-static"))
	require.NoError(t, err)
	require.Equal(t, audit.Linked{}, static)
	musl := spec.Platform{OS: "linux", Arch: spec.Host().Arch, Libc: spec.Musl}
	require.Empty(t, static.Problems(musl))
	require.Contains(t, strings.Join(got.Problems(musl), ";"), "it is not static: it wants the loader \"/lib")
}

func TestProgramProblems(t *testing.T) {
	t.Parallel()
	for want, flags := range map[string][]string{
		"gets an executable stack":                   {"-Wl,-z,execstack"},
		`"/build/lib", a folder of the build`:        {"-Wl,-rpath,/build/lib"},
		`"/build/old", a folder of the build`:        {"-Wl,--disable-new-dtags,-rpath,/build/old"},
		"needs libonnxruntime.so.1: ONNX Runtime is": {"-Wl,--no-as-needed", "libonnxruntime.so.1"},
	} {
		got, err := audit.Program(program(t, flags...))
		require.NoError(t, err)
		require.Len(t, got.Problems(spec.Host()), 1, want)
		require.Contains(t, got.Problems(spec.Host())[0], want)
	}
	got, err := audit.Program(program(t, "-Wl,-rpath,$ORIGIN/../lib"))
	require.NoError(t, err)
	require.Equal(t, []string{"$ORIGIN/../lib"}, got.RunPaths)
	require.Empty(t, got.Problems(spec.Host()))
}

func TestProgramThatIsNoneIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "script")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh"), 0o600))
	_, err := audit.Program(path)
	require.ErrorContains(t, err, "script")
}

// report is one of a build with every kind of content.
func report() audit.Report {
	return audit.Report{
		Archive: "libonnxruntime.a", Platform: "linux/amd64", Bytes: 88_123_456, Archives: 3, Merged: 790, Objects: 790,
		Components: []archive.Component{
			{Name: "onnxruntime", Archives: 1, Members: 700, Bytes: 80_000_000},
			{Name: "abseil", Archives: 2, Members: 90, Bytes: 8_000_000},
		},
		Linked: &audit.Linked{
			Needed:  []string{"libstdc++.so.6", "libm.so.6", "libc.so.6"},
			Imports: []audit.Import{{"libstdc++.so.6", 300}, {"libc.so.6", 120}, {"libm.so.6", 1}},
			Floors:  []audit.Floor{{"GLIBC", "2.34", "pthread_create"}, {"GLIBCXX", "3.4.30", "_ZSt4cout"}},
		},
	}
}

func TestTextOfASoundArchive(t *testing.T) {
	t.Parallel()
	testkit.Golden(t, "sound", report().Text())
}

func TestTextOfAnArchiveForALibraryWithoutVersions(t *testing.T) {
	t.Parallel()
	r := report()
	r.Platform = "linux/amd64/musl"
	r.Linked.Needed, r.Linked.Imports, r.Linked.Floors = []string{"libc.so"}, nil, nil
	text := r.Text()
	require.Contains(t, text, "needs       libc.so\n")
	require.NotContains(t, text, "at least")
}

func TestAnArchiveThatNeedsANewerGlibcThanItsPlatformIsRefused(t *testing.T) {
	t.Parallel()
	r := report()
	require.Empty(t, r.Problems(), "the platform asks for no glibc")
	r.Platform = "linux/amd64/glibc2.34"
	require.Empty(t, r.Problems())
	r.Platform = "linux/amd64/glibc2.28"
	require.Equal(t, []string{"it needs glibc 2.34 (for pthread_create), not 2.28"}, r.Problems())
}

func TestTextOfABadArchive(t *testing.T) {
	t.Parallel()
	r := report()
	r.Linked.Needed = append(r.Linked.Needed, "libz.so.1", "ld-linux-x86-64.so.2")
	r.Linked.ExecutableStack = true
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		r.Findings = append(r.Findings, audit.Finding{
			Kind: audit.ExecStack, Library: "libmlas.a", Member: name + ".S.o", Detail: "it has no .note.GNU-stack section",
		})
	}
	testkit.Golden(t, "bad", r.Text())
}

func TestTextOfAnArchiveWithUndefinedSymbols(t *testing.T) {
	t.Parallel()
	r := report()
	r.Linked = nil
	for _, name := range []string{
		"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v",
	} {
		r.Undefined = append(r.Undefined, audit.Undefined{
			Symbol: name, Name: "re2::" + name + "()", Library: "libproviders.a", Member: "regex.cc.o",
		})
	}
	r.Undefined = append(r.Undefined, audit.Undefined{Symbol: "w", Name: "w"})
	testkit.Golden(t, "undefined", r.Text())
}
