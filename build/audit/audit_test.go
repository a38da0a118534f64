package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

const sound = `#include <cmath>
#include <string>
std::string text(double x) { return std::to_string(std::sin(x)); }
__attribute__((weak)) int twice() { return 1; }
`

func TestSoundArchiveHasNoProblems(t *testing.T) {
	t.Parallel()
	// The weak function is in both, as inline functions are.
	in := library(t, source{"a.cc", sound}, source{"b.cc", `__attribute__((weak)) int twice() { return 2; }`})
	in.Private = []string{filepath.Dir(in.Archive), "/", "relative", ""}
	report, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Empty(t, report.Problems())
	require.Equal(t, 2, report.Objects)
	require.Empty(t, report.Undefined)
	require.Contains(t, report.Linked.Needed, "libstdc++.so.6")
	require.NotContains(t, report.Linked.Needed, "libdl.so.2", "nothing of it is used")
	floors := map[string]string{}
	for _, f := range report.Linked.Floors {
		floors[f.Name] = f.Version
		require.NotEmpty(t, f.Symbol)
	}
	require.Regexp(t, `^2\.\d+`, floors["GLIBC"])
	require.Regexp(t, `^3\.4`, floors["GLIBCXX"])
	require.Contains(t, report.Text(), "problems    none")

	left, err := filepath.Glob(in.Archive + ".*")
	require.NoError(t, err)
	require.Empty(t, left, "the linked library is removed")
	_, err = json.Marshal(report)
	require.NoError(t, err)
}

func TestLibrariesThatAreNotNeededAreNotNamed(t *testing.T) {
	t.Parallel()
	in := library(t, source{"a.cc", `extern "C" int used(); int f() { return used(); }`})
	dir := t.TempDir()
	for _, name := range []string{"used", "unused"} {
		code := filepath.Join(dir, name+".c")
		require.NoError(t, os.WriteFile(code, []byte(`extern "C" int `+name+"() { return 1; }"), 0o600))
		path := filepath.Join(dir, "lib"+name+".so")
		command(t, dir, "c++", "-x", "c++", "-shared", "-fPIC", "-Wl,-soname,lib"+name+".so.1", "-o", path, code)
		in.Libraries = append(in.Libraries, path)
	}
	report, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Equal(t, []string{"libused.so.1"}, report.External)
	require.Empty(t, report.Problems())
}

func TestEveryDefectOfAnObjectIsFound(t *testing.T) {
	t.Parallel()
	in := library(t,
		source{"nonote.s", ".text\n.globl nonote\nnonote: nop\n"},
		source{"xnote.s", ".text\n.globl xnote\nxnote: nop\n.section .note.GNU-stack,\"x\",%progbits\n"},
		source{"leak.c", `extern "C" const char *leak(void) { return "built in /secret/folder/leak.c today"; }`},
		source{"one.c", `extern "C" int both(void) { return 1; }`},
		source{"two.c", `extern "C" int both(void) { return 2; }`},
		source{"text.txt", "not an object"},
	)
	in.Private = []string{"/secret/folder/", "/secret/fold"}
	in.Stats.Members++
	runner := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error { // text.txt would not link
		return copyFile("/proc/self/exe", cmd.Args[2])
	}}
	report, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.ElementsMatch(t, []audit.Finding{
		{audit.ExecStack, "libtest.a", "nonote.s.o", "it has no .note.GNU-stack section"},
		{audit.ExecStack, "libtest.a", "xnote.s.o", "its .note.GNU-stack section is executable"},
		{audit.PrivatePath, "libtest.a", "leak.c.o", `"built in /secret/folder/leak.c today" (1 time)`},
		{audit.Duplicate, "libtest.a", "two.c.o", "both, as one.c.o of libtest.a does"},
		{audit.NotObject, "libtest.a", "text.txt.o", `it is not an object file: it starts with "not "`},
	}, report.Findings)
	text := strings.Join(report.Problems(), "\n")
	require.Contains(t, text, "2 objects asking for an executable stack: nonote.s.o of libtest.a: it has no .note.GNU-stack")
	require.Contains(t, text, "the archive has 6 objects, 7 were merged")
}

func TestKernelsThatAreLeftOutAreNamed(t *testing.T) {
	t.Parallel()
	in := library(t, source{"a.c", `extern "C" int MlasKernelNeon(void) { return 1; }`})
	in.Kernels = []string{"MlasKernelNeon", "MlasHalfKernelNeon"}
	report, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Equal(t, []string{"MlasHalfKernelNeon"}, report.Missing)
	require.Contains(t, report.Problems(), "1 kernel for newer processors left out: MlasHalfKernelNeon")
}

func TestObjectForAnotherMachineIsFound(t *testing.T) {
	t.Parallel()
	in := library(t, source{"a.cc", sound})
	in.Platform = spec.Platform{OS: "linux", Arch: map[string]string{"amd64": "arm64", "arm64": "amd64"}[spec.Host().Arch]}
	report, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Len(t, report.Findings, 1)
	require.Equal(t, audit.Foreign, report.Findings[0].Kind)

	in.Platform = spec.Platform{OS: "plan9", Arch: "arm64"}
	_, err = audit.Inspect(t.Context(), runner, in)
	require.ErrorContains(t, err, "no audit is known for plan9/arm64")
}

func TestUndefinedSymbolsAreNamedWithTheObjectThatNeedsThem(t *testing.T) {
	t.Parallel()
	in := library(t, source{"a.cc", sound}, source{"b.cc", `namespace re2 { int match(const char*); }
		int use() { return re2::match("x"); }`})
	testkit.NeedTool(t, "c++filt")
	report, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Nil(t, report.Linked)
	require.Equal(t, []audit.Undefined{{"_ZN3re25matchEPKc", "re2::match(char const*)", "libtest.a", "b.cc.o"}},
		report.Undefined)
	require.Equal(t, []string{
		"1 symbol that nothing defines: re2::match(char const*), needed by b.cc.o of libtest.a",
	}, report.Problems())

	without := &run.Recorder{Answer: func(ctx context.Context, cmd run.Cmd) error {
		if cmd.Path == "c++filt" {
			return run.ErrNotFound
		}
		return runner.Run(ctx, cmd)
	}}
	report, err = audit.Inspect(t.Context(), without, in)
	require.NoError(t, err)
	require.Equal(t, "_ZN3re25matchEPKc", report.Undefined[0].Name)
}

func TestTextRelocationIsAProblem(t *testing.T) {
	t.Parallel()
	note := ".section .note.GNU-stack,\"\",%progbits\n"
	in := library(t, source{"a.s", ".text\n.globl f\nf: .quad malloc\n" + note})
	report, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.True(t, report.Linked.TextRelocations)
	require.Contains(t, strings.Join(report.Problems(), "\n"), "text relocations")
}

func TestAnAuditThatCannotBeDoneIsAnError(t *testing.T) {
	t.Parallel()
	in := library(t, source{"a.cc", sound})
	in.CXX = "no-such-compiler"
	_, err := audit.Inspect(t.Context(), runner, in)
	require.ErrorIs(t, err, run.ErrNotFound)

	failing := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		_, err := io.WriteString(cmd.Stderr, "collect2: fatal error: out of memory\n")
		return errors.Join(err, &run.ExitError{Cmd: cmd, Code: 1, Tail: "out of memory", Err: errors.New("exit status 1")})
	}}
	_, err = audit.Inspect(t.Context(), failing, in)
	require.ErrorContains(t, err, "link the whole archive ("+in.Archive)
	require.Contains(t, fault.Format(err), "| out of memory")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = audit.Inspect(ctx, runner, in)
	require.ErrorIs(t, err, context.Canceled)
}

func TestLinkCommand(t *testing.T) {
	t.Parallel()
	command := func(platform spec.Platform) string {
		return audit.LinkCommand(platform, "c++", "/a b/lib,x.a", "/a b/lib,x.a.audit.so").String() + "\n"
	}
	testkit.Golden(t, "link", command(spec.Platform{OS: "linux", Arch: "arm64"}))
	testkit.Golden(t, "link_musl", command(spec.Platform{OS: "linux", Arch: "arm64", Libc: spec.Musl}))
}

func TestUndefinedSymbolsOfEveryLinker(t *testing.T) {
	t.Parallel()
	for linker, messages := range map[string]string{
		"bfd": "/usr/bin/ld: x.a(a.o): in function `f':\na.cc:(.text+0x5): undefined reference to `_Z1gv'\n" +
			"/usr/bin/ld: a.cc:(.text+0x9): undefined reference to `h'\ncollect2: error: ld returned 1 exit status\n",
		"bfd, many": "a.o: more undefined references to `_Z1gv' follow\nundefined reference to `_Z1gv'\n" +
			"undefined reference to `_Z1gv'\nundefined reference to `h'",
		"gold": "a.o:a.cc:function f: error: undefined reference to '_Z1gv'\nerror: undefined reference to 'h'\n",
		"lld":  "ld.lld: error: undefined symbol: _Z1gv\n>>> referenced by a.cc\nld.lld: error: undefined symbol: h\n",
		"mold": "mold: error: undefined symbol: _Z1gv\n>>> referenced by a.o\nmold: error: undefined symbol: h\n",
	} {
		require.Equal(t, []string{"_Z1gv", "h"}, audit.UndefinedSymbols(messages), linker)
	}
	require.Equal(t, []string{"re2::match(char const*)"}, audit.UndefinedSymbols("ld.lld: error: undefined symbol: re2::match(char const*)\n>>> "))
	require.Empty(t, audit.UndefinedSymbols("ld: cannot find -lfoo"))
}

func FuzzUndefinedSymbols(f *testing.F) {
	f.Add("undefined reference to `f'\nundefined symbol: g")
	f.Fuzz(func(t *testing.T, messages string) {
		for _, symbol := range audit.UndefinedSymbols(messages) {
			require.NotEmpty(t, symbol)
			require.Contains(t, messages, symbol)
		}
	})
}

// Whatever an object holds, looking at it does not fail.
func FuzzScanObject(f *testing.F) {
	f.Add([]byte("\x7fELF"))
	f.Add(smallObject(f))
	f.Fuzz(func(_ *testing.T, content []byte) {
		audit.ScanObject(content, "/secret")
	})
}

// smallObject compiles a function.
func smallObject(f *testing.F) []byte {
	f.Helper()
	path := filepath.Join(f.TempDir(), "a.o")
	cmd := exec.CommandContext(f.Context(), testkit.NeedTool(f, "cc"), "-x", "c", "-c", "-o", path, "-")
	cmd.Stdin = strings.NewReader("int f(void) { return 1; }")
	require.NoError(f, cmd.Run())
	object, err := os.ReadFile(path)
	require.NoError(f, err)
	return object
}

func TestFindPath(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]struct {
		text  string
		times int
	}{
		"":                               {"", 0},
		"/home/mean/a /home/me.old":      {"", 0},
		"\x00/home/me\x00":               {"/home/me", 1},
		"x=/home/me/a.cc\x00/home/me":    {"x=/home/me/a.cc", 2},
		"/home/me":                       {"/home/me", 1},
		strings.Repeat("/home/me/a", 90): {strings.Repeat("/home/me/a", 20), 90},
	} {
		text, times := audit.FindPath([]byte(content), []byte("/home/me"))
		require.Equal(t, want.text, text, "%q", content)
		require.Equal(t, want.times, times, "%q", content)
	}
	require.True(t, audit.NamesFolder([]byte(`"-I/home/me/include"`), "/home/me/"))
	require.False(t, audit.NamesFolder([]byte(`a/b`), "/"))
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	return errors.Join(err, os.WriteFile(to, data, 0o600))
}
