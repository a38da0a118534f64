package archive_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// libtool returns Apple's libtool, or LLVM's, which few machines have.
func libtool(t *testing.T) string {
	t.Helper()
	names := []string{"llvm-libtool-darwin", "llvm-libtool-darwin-14", "llvm-libtool-darwin-19"}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("this machine has none of the programs that merge objects of macOS")
	return ""
}

// machos makes an archive of the objects of testdata/macho by GNU ar, with today's dates and without a symbol table.
func machos(t *testing.T, path string, objects ...string) archive.Library {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	args := []string{"rcSU", path}
	for _, name := range objects {
		object, err := filepath.Abs(filepath.Join("testdata", "macho", name))
		require.NoError(t, err)
		args = append(args, object)
	}
	command(t, ".", testkit.NeedTool(t, "ar"), args...)
	return archive.Library{Path: path, Component: filepath.Base(filepath.Dir(path))}
}

func TestArchivesOfMacOSAreRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "macho", "merged.a")
	got, err := archive.Read(path)
	require.NoError(t, err)
	require.Equal(t, []string{"alpha.o", "beta.o"}, memberNames(got))
	require.Equal(t, []archive.Symbol{{"_alpha", 0}, {"_beta", 1}}, got.Symbols)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, m := range got.Members {
		require.Zero(t, m.Offset%8, "Apple's linker wants it so")
		object, err := os.ReadFile(filepath.Join("testdata", "macho", m.Name))
		require.NoError(t, err)
		require.Equal(t, object, data[m.Offset:m.Offset+m.Size])
		require.NoError(t, archive.CheckObject(bytes.NewReader(object)))
	}
}

// Two members of one name, an empty archive, and paths with every character.
func TestLibtoolKeepsEveryMember(t *testing.T) {
	t.Parallel()
	tool := libtool(t)
	dir := filepath.Join(t.TempDir(), "a folder, with @ and =")
	libs := []archive.Library{
		machos(t, filepath.Join(dir, "onnx", "libone.a"), "alpha.o"),
		machos(t, filepath.Join(dir, "re2", "libtwo.a"), "beta.o", "alpha.o"),
	}
	out := filepath.Join(dir, "out.a")
	stats, err := archive.MergeMachO(t.Context(), runner, tool, libs, out)
	require.NoError(t, err)
	got, err := archive.Read(out)
	require.NoError(t, err)
	require.Equal(t, []string{"alpha.o", "beta.o", "alpha.o"}, memberNames(got))
	require.Equal(t, 3, stats.Members)
	part, ok := stats.PartOf(1)
	require.True(t, ok)
	require.Equal(t, "libtwo.a", part.Name)
	require.NoDirExists(t, out+".merge")

	again := filepath.Join(dir, "again.a")
	_, err = archive.MergeMachO(t.Context(), runner, tool, libs, again)
	require.NoError(t, err)
	one, err := os.ReadFile(out)
	require.NoError(t, err)
	two, err := os.ReadFile(again)
	require.NoError(t, err)
	require.Equal(t, one, two)
}

func TestLibtoolCommand(t *testing.T) {
	t.Parallel()
	require.Equal(t, run.Cmd{
		Path: "/usr/bin/libtool",
		Args: []string{"-static", "-no_warning_for_no_symbols", "-o", "merged.a", "-filelist", "archives.txt"},
		Env:  []string{"ZERO_AR_DATE=1"},
	}, archive.LibtoolCommand("/usr/bin/libtool", "merged.a", "archives.txt"))
}

// What libtool is given, and a libtool that fills members up to multiples of 8 bytes, loses one, or is not Apple's.
func TestWhatLibtoolMakesIsChecked(t *testing.T) {
	t.Parallel()
	merged, err := os.ReadFile(filepath.Join("testdata", "macho", "merged.a"))
	require.NoError(t, err)
	dir := t.TempDir()
	lib := machos(t, filepath.Join(dir, "lib.a"), "alpha.o", "beta.o")
	out := filepath.Join(dir, "out.a")
	recorder := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		list, err := os.ReadFile(filepath.Join(cmd.Dir, "archives.txt"))
		require.NoError(t, err)
		require.Equal(t, "000.a\n", string(list))
		return os.WriteFile(filepath.Join(cmd.Dir, "merged.a"), merged, 0o600)
	}}
	_, err = archive.MergeMachO(t.Context(), recorder, "libtool", []archive.Library{lib}, out)
	require.NoError(t, err)
	require.Equal(t, archive.LibtoolCommand("libtool", "merged.a", "archives.txt").Args, recorder.Commands()[0].Args)

	less := []archive.Library{machos(t, filepath.Join(dir, "b.a"), "beta.o")}
	_, err = archive.MergeMachO(t.Context(), recorder, "libtool", less, out)
	require.ErrorContains(t, err, "the result has 2 members, its inputs have 1")
	gnu := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		return &run.ExitError{Cmd: cmd, Code: 1, Tail: "unrecognised option: '-static'", Err: errors.New("exit status 1")}
	}}
	_, err = archive.MergeMachO(t.Context(), gnu, "libtool", []archive.Library{lib}, out)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.Hint, "is it Apple's")
}

func TestMembersAreFilledUpToMultiplesOf8(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]int64{0: 0, 1: 8, 7: 8, 8: 8, 513: 520} {
		require.Equal(t, want, archive.Padded(size))
	}
}
