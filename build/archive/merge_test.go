package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

var runner = &run.Exec{Env: []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}}

func command(t *testing.T, dir, path string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

// compile writes an object; flags come before the source.
func compile(t *testing.T, dir, object, source string, flags ...string) {
	t.Helper()
	cc := testkit.NeedTool(t, "cc")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	path := filepath.Join(dir, "source.c")
	require.NoError(t, os.WriteFile(path, []byte(source), 0o600))
	command(t, dir, cc, append(flags, "-c", "-o", object, path)...)
}

// library makes an archive of objects that each define one function, with dates and owners as a careless ar writes them.
func library(t *testing.T, path string, functions ...string) archive.Library {
	t.Helper()
	ar := testkit.NeedTool(t, "ar")
	objects := t.TempDir()
	args := []string{"rcU", path}
	for _, name := range functions {
		compile(t, objects, name+".o", fmt.Sprintf("int %s(void) { return 1; }", name))
		args = append(args, name+".o")
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	command(t, objects, ar, args...)
	return archive.Library{Path: path, Component: filepath.Base(filepath.Dir(path))}
}

// archivers are the tools that a merge may be given. llvm-ar keeps the order of members that GNU ar reverses.
func archivers() []string {
	if _, err := exec.LookPath("llvm-ar"); err != nil {
		return []string{"ar"}
	}
	return []string{"ar", "llvm-ar"}
}

func TestScript(t *testing.T) {
	t.Parallel()
	require.Equal(t, "CREATE out.a\nADDLIB 000.a\nADDLIB 001.a\nSAVE\nEND\n",
		archive.Script("out.a", []string{"000.a", "001.a"}))
}

// Paths that MRI cannot read, a member name that repeats, and an empty archive.
func TestMergeKeepsEveryMember(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a folder, with @ and =")
	libs := []archive.Library{
		library(t, filepath.Join(dir, "onnx", "libone.a"), "f", "g", "an_object_with_a_long_name"),
		library(t, filepath.Join(dir, "onnx", "libempty.a")),
		library(t, filepath.Join(dir, "re2", "libtwo.a"), "f", "h"),
	}
	for _, tool := range archivers() {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			ar := testkit.NeedTool(t, tool)
			out := filepath.Join(dir, tool+" out.a")
			stats, err := archive.Merge(t.Context(), runner, ar, libs, out)
			require.NoError(t, err)

			got, err := archive.Read(out)
			require.NoError(t, err)
			require.Len(t, got.Members, 5)
			require.Len(t, got.Symbols, 5)
			origin := map[string][]string{} // part → its members
			for i, m := range got.Members {
				part, ok := stats.PartOf(i)
				require.True(t, ok)
				origin[part.Name] = append(origin[part.Name], m.Name)
			}
			require.ElementsMatch(t, []string{"f.o", "g.o", "an_object_with_a_long_name.o"}, origin["libone.a"])
			require.ElementsMatch(t, []string{"f.o", "h.o"}, origin["libtwo.a"])
			_, ok := stats.PartOf(5)
			require.False(t, ok)

			info, err := os.Stat(out)
			require.NoError(t, err)
			require.Equal(t, info.Size(), stats.Bytes)
			require.Equal(t, 5, stats.Members)
			size := got.Members[0].Size
			require.Contains(t, stats.Parts, archive.Part{Name: "libempty.a", Component: "onnx"})
			require.Contains(t, stats.Parts, archive.Part{Name: "libtwo.a", Component: "re2", Members: 2, Bytes: 2 * size})
			components := stats.Components()
			require.Equal(t, []string{"onnx", "re2"}, []string{components[0].Name, components[1].Name})
			require.Equal(t, 2, components[0].Archives)
			require.Equal(t, 3, components[0].Members)

			left, err := filepath.Glob(out + ".*")
			require.NoError(t, err)
			require.Empty(t, left, "the staging folder is removed")
		})
	}
}

func TestMergeGivesTheSameBytesForOtherDates(t *testing.T) {
	t.Parallel()
	for _, tool := range archivers() {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			ar := testkit.NeedTool(t, tool)
			dir := t.TempDir()
			functions := []string{"f", "a_function_with_a_name_beyond_the_header"}
			lib := library(t, filepath.Join(dir, "lib.a"), functions...)
			data, err := os.ReadFile(lib.Path)
			require.NoError(t, err)
			require.Contains(t, string(data), fmt.Sprint(time.Now().Unix())[:6], "the input has today's date")

			_, err = archive.Merge(t.Context(), runner, ar, []archive.Library{lib}, filepath.Join(dir, "one.a"))
			require.NoError(t, err)
			one, err := os.ReadFile(filepath.Join(dir, "one.a"))
			require.NoError(t, err)
			require.NotContains(t, string(one), fmt.Sprint(time.Now().Unix())[:6])

			old := time.Unix(86400, 0)
			again := library(t, filepath.Join(dir, "again", "lib.a"), functions...)
			require.NoError(t, os.Chtimes(again.Path, old, old))
			data, err = os.ReadFile(again.Path)
			require.NoError(t, err)
			now := fmt.Sprintf("%-12d", time.Now().Unix())[:6]
			require.NoError(t, os.WriteFile(again.Path, bytes.ReplaceAll(data, []byte(now), []byte("170000")), 0o600))
			_, err = archive.Merge(t.Context(), runner, ar, []archive.Library{again}, filepath.Join(dir, "two.a"))
			require.NoError(t, err)
			two, err := os.ReadFile(filepath.Join(dir, "two.a"))
			require.NoError(t, err)
			require.Equal(t, one, two)
		})
	}
}

// What binutils' own option D writes is what a merge writes.
func TestMergedHeadersAreThoseOfADeterministicArchive(t *testing.T) {
	t.Parallel()
	ar := testkit.NeedTool(t, "ar")
	dir := t.TempDir()
	lib := library(t, filepath.Join(dir, "lib.a"), "a_function_with_a_name_beyond_the_header")
	_, err := archive.Merge(t.Context(), runner, ar, []archive.Library{lib}, filepath.Join(dir, "merged.a"))
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join(dir, "merged.a"))
	require.NoError(t, err)

	command(t, dir, ar, "x", lib.Path)
	command(t, dir, ar, "rcsD", "want.a", "a_function_with_a_name_beyond_the_header.o")
	want, err := os.ReadFile(filepath.Join(dir, "want.a"))
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestMergeRefusesWhatItCannotMerge(t *testing.T) {
	t.Parallel()
	ar := testkit.NeedTool(t, "ar")
	dir := t.TempDir()
	good := library(t, filepath.Join(dir, "good.a"), "f")
	compile(t, dir, "lto.o", "int f(void) { return 1; }", "-flto")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "text.o"), []byte("no object"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bitcode.o"), []byte("BC\xc0\xde"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty.o"), nil, 0o600))
	command(t, dir, "cc", "-shared", "-nostdlib", "-o", "shared.o", good.Path)
	for _, name := range []string{"lto", "text", "bitcode", "empty", "shared"} {
		command(t, dir, ar, "rc", name+".a", name+".o")
	}
	command(t, dir, ar, "rcT", "thin.a", "text.o")

	for name, want := range map[string]error{
		"lto": archive.ErrLTO, "bitcode": archive.ErrLTO, "text": archive.ErrNotObject, "empty": archive.ErrNotObject,
		"shared": archive.ErrNotObject, "thin": archive.ErrThin, "missing": os.ErrNotExist,
	} {
		out := filepath.Join(dir, name+".out")
		libs := []archive.Library{good, {Path: filepath.Join(dir, name+".a")}}
		_, err := archive.Merge(t.Context(), runner, ar, libs, out)
		require.ErrorIs(t, err, want, name)
		require.ErrorContains(t, err, name+".a")
		require.NoFileExists(t, out)
	}
	_, err := archive.Merge(t.Context(), runner, ar, []archive.Library{good, good}, filepath.Join(dir, "twice.a"))
	require.ErrorContains(t, err, "listed twice")
}

// An ar that loses a member, one that fails, and a merge that is cancelled: the old result stays.
func TestMergeLeavesTheOldResultOnErrors(t *testing.T) {
	t.Parallel()
	ar := testkit.NeedTool(t, "ar")
	dir := t.TempDir()
	lib := library(t, filepath.Join(dir, "lib.a"), "f", "g")
	out := filepath.Join(dir, "out.a")
	require.NoError(t, os.WriteFile(out, []byte("old"), 0o600))

	becomes := func(functions ...string) func(context.Context, run.Cmd) error {
		return func(ctx context.Context, cmd run.Cmd) error {
			library(t, filepath.Join(cmd.Dir, "merged.a"), functions...)
			return ctx.Err()
		}
	}
	for want, answer := range map[string]func(context.Context, run.Cmd) error{
		"has 1 members, its inputs have 2": becomes("f"),
		"not those of its inputs":          becomes("f", "h"),
		"no symbol table": func(_ context.Context, cmd run.Cmd) error {
			command(t, dir, ar, "x", lib.Path)
			command(t, dir, ar, "rcS", filepath.Join(cmd.Dir, "merged.a"), "f.o", "g.o")
			return nil
		},
		"exit status 9": func(_ context.Context, cmd run.Cmd) error {
			return &run.ExitError{Cmd: cmd, Code: 9, Err: errors.New("exit status 9")}
		},
		"merging 1 archives: no ar": func(context.Context, run.Cmd) error { return errors.New("no ar") },
		"no such file":              func(context.Context, run.Cmd) error { return nil },
	} {
		recorder := &run.Recorder{Answer: answer}
		_, err := archive.Merge(t.Context(), recorder, "ar", []archive.Library{lib}, out)
		require.ErrorContains(t, err, want)
		data, err := os.ReadFile(out)
		require.NoError(t, err)
		require.Equal(t, "old", string(data))
		require.NoDirExists(t, out+".merge")
	}
}

func TestMergeCommandIsPlain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lib := library(t, filepath.Join(dir, "lib.a"), "f")
	recorder := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		script, err := io.ReadAll(cmd.Stdin)
		require.NoError(t, err)
		require.Equal(t, archive.Script("merged.a", []string{"000.a"}), string(script))
		return os.WriteFile(filepath.Join(cmd.Dir, "merged.a"), []byte(magic), 0o600)
	}}
	out := filepath.Join(dir, "out.a")
	_, err := archive.Merge(t.Context(), recorder, "ar", []archive.Library{lib}, out)
	require.ErrorContains(t, err, "has 0 members, its inputs have 1")
	require.Equal(t, []string{"-M"}, recorder.Commands()[0].Args)
	require.Equal(t, out+".merge", recorder.Commands()[0].Dir)
}

func memberNames(a archive.Archive) []string {
	var names []string
	for _, m := range a.Members {
		names = append(names, m.Name)
	}
	return names
}
