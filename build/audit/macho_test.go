package audit_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// machos makes an archive of objects of testdata/macho; its make says how they were made.
func machos(t *testing.T, objects ...string) audit.Input {
	t.Helper()
	if spec.Host().OS == "darwin" {
		t.Skip("here archives are linked too, and these cannot be")
	}
	dir := t.TempDir()
	args := []string{"rcS", "libtest.a"}
	for _, name := range objects {
		require.NoError(t, copyFile(filepath.Join("testdata", "macho", name+".o"), filepath.Join(dir, name+".o")))
		args = append(args, name+".o")
	}
	command(t, dir, testkit.NeedTool(t, "ar"), args...)
	in := input(t, filepath.Join(dir, "libtest.a"))
	in.Platform, in.MacOS = spec.Platform{OS: "darwin", Arch: "arm64"}, "13.3"
	in.Private = []string{"/secret/folder"}
	in.CXX = "" // by names alone
	return in
}

func TestSoundArchiveForMacOSHasNoProblems(t *testing.T) {
	t.Parallel()
	report, err := audit.Inspect(t.Context(), runner, machos(t, "sound"))
	require.NoError(t, err)
	require.Empty(t, report.Problems())
	require.Equal(t, &audit.System{
		Floor: audit.Floor{Name: "macOS", Version: "13.3", Symbol: "sound.o"}, Symbols: 2, // malloc and one of C++
	}, report.System)
	text := report.Text()
	require.Contains(t, text, "undefined   none by name, 2 symbols left to macOS: only a Mac can link it whole\n")
	require.Contains(t, text, "at least    macOS 13.3 (sound.o)\n")
	require.Contains(t, text, "problems    none")
}

func TestEveryDefectOfAMachOObjectIsFound(t *testing.T) {
	t.Parallel()
	in := machos(t, "sound", "twin", "leak", "bitcode", "new", "foreign")
	report, err := audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.ElementsMatch(t, []audit.Finding{
		{audit.Duplicate, "libtest.a", "twin.o", "_both, as sound.o of libtest.a does"},
		{audit.PrivatePath, "libtest.a", "leak.o", `"built in /secret/folder/leak.c today" (1 time)`},
		{audit.Bitcode, "libtest.a", "bitcode.o", "section __bitcode"},
		{audit.TooNew, "libtest.a", "new.o", "it asks for macOS 15.0, not 13.3"},
		{audit.Foreign, "libtest.a", "foreign.o", "CpuAmd64, not CpuArm64"},
	}, report.Findings)
	require.Equal(t, "15.0", report.System.Floor.Version)
	require.Len(t, report.Problems(), 5)

	in.MacOS = ""
	report, err = audit.Inspect(t.Context(), runner, in)
	require.NoError(t, err)
	require.Len(t, report.Findings, 4, "any macOS will do")
}

func TestSymbolsThatMacOSCannotHaveAreFound(t *testing.T) {
	t.Parallel()
	report, err := audit.Inspect(t.Context(), runner, machos(t, "sound", "incomplete"))
	require.NoError(t, err)
	var symbols []string
	for _, u := range report.Undefined {
		symbols = append(symbols, u.Symbol)
		require.Equal(t, "incomplete.o", u.Member)
	}
	require.Equal(t, []string{"__ZN4absl6StatusEv", "_cpuinfo_initialize"}, symbols, "the one of re2 is there")
	require.Contains(t, report.Problems()[0], "2 symbols that nothing defines: ")
	require.Contains(t, report.Text(), "needed by libtest.a: 2")
}

func TestNamesOfTheSystemAndOfTheArchive(t *testing.T) {
	t.Parallel()
	for _, symbol := range []string{
		"_malloc", "_objc_msgSend", "_OBJC_CLASS_$_MLModel", "__Znwm", "__ZdlPv", "__ZnwmSt11align_val_t", "__ZSt9terminatev",
		"__ZNSt3__15mutex4lockEv", "__ZNKSt9exception4whatEv", "__ZTISt9exception", "__ZTVN10__cxxabiv117__class_type_infoE",
		"__ZTIi", "__ZTIPKc", "__ZTINSt3__112bad_weak_ptrE", "__ZTv0_n24_NSt3__113basic_ostreamE", "___cxa_throw",
	} {
		require.False(t, audit.IsOwn(symbol), symbol)
	}
	for _, symbol := range []string{
		"__ZN11onnxruntime4NodeE", "__ZNK4onnx5GraphE", "__ZN4absl6StatusEv", "__ZTIN6google8protobuf7MessageE",
		"__ZTVN3re23RE2E", "_OrtGetApiBase", "_MlasGemm", "_cpuinfo_initialize",
	} {
		require.True(t, audit.IsOwn(symbol), symbol)
	}
}

func TestOnAMacTheArchiveIsLinkedWhole(t *testing.T) {
	t.Parallel()
	for golden, host := range map[string]string{"link_macos": "darwin", "link_macos_with_zig": "linux"} {
		cmd := audit.MachOLinkCommand(spec.Platform{OS: host, Arch: "arm64"}, "c++", "/a b/x.a", "/a b/x.a.audit.dylib")
		testkit.Golden(t, golden, cmd.String()+"\n")
	}
	require.Equal(t, []string{"__ZN3re25matchEPKc"}, audit.UndefinedOnMac(
		"error: undefined symbol: __ZN3re25matchEPKc\n    note: referenced by /x/a.o:__Z1fv\n"))
	in := machos(t, "sound")
	in.CXX = "/usr/bin/c++"
	failing := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		_, err := io.WriteString(cmd.Stderr, "Undefined symbols for architecture arm64:\n"+
			"  \"re2::match(char const*)\", referenced from:\n      _both in sound.o\n"+
			"  \"_cpuinfo_initialize\", referenced from:\n      _both in sound.o\n"+
			"ld: symbol(s) not found for architecture arm64\n")
		return errors.Join(err, &run.ExitError{Cmd: cmd, Code: 1, Err: errors.New("exit status 1")})
	}}
	linked, symbols, err := audit.LinkMachO(t.Context(), failing, in)
	require.NoError(t, err)
	require.Nil(t, linked)
	require.Equal(t, []string{"_cpuinfo_initialize", "re2::match(char const*)"}, symbols)

	broken := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		return &run.ExitError{Cmd: cmd, Code: 1, Tail: "ld: framework not found CoreML", Err: errors.New("exit status 1")}
	}}
	_, _, err = audit.LinkMachO(t.Context(), broken, in)
	require.ErrorContains(t, err, "link the whole archive")
	left, err := filepath.Glob(in.Archive + ".*")
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestLibrariesOfMacOSAreSystemLibraries(t *testing.T) {
	t.Parallel()
	system := []string{
		"/usr/lib/libSystem.B.dylib", "/usr/lib/libc++.1.dylib", "/usr/lib/libobjc.A.dylib",
		"/System/Library/Frameworks/CoreML.framework/Versions/A/CoreML",
	}
	r := audit.Report{Platform: "darwin/arm64", Linked: &audit.Linked{Needed: system}}
	require.Empty(t, r.Problems())
	r.Linked.Needed = append(r.Linked.Needed, "/opt/homebrew/lib/libre2.11.dylib")
	problems := strings.Join(r.Problems(), "\n")
	require.Contains(t, problems, "needs /opt/homebrew/lib/libre2.11.dylib, which not every system has")
}

// Whatever an object holds, looking at it does not fail.
func FuzzScanMachO(f *testing.F) {
	for _, name := range []string{"sound", "incomplete", "foreign"} {
		object, err := os.ReadFile(filepath.Join("testdata", "macho", name+".o"))
		require.NoError(f, err)
		f.Add(object)
	}
	f.Fuzz(func(_ *testing.T, content []byte) {
		audit.ScanMachO(content, "/secret")
	})
}
