package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Library is an archive to merge.
type Library struct {
	Path      string
	Component string // "onnxruntime", "abseil": what Stats sums by
}

// Script returns the MRI script with which ar merges libs into output. MRI knows no quoting: a space, comma, "=", "@"
// or "*" in a path breaks it, so names must be plain. [Merge] sees to that.
func Script(output string, libs []string) string {
	var script strings.Builder
	fmt.Fprintf(&script, "CREATE %s\n", output)
	for _, lib := range libs {
		fmt.Fprintf(&script, "ADDLIB %s\n", lib)
	}
	script.WriteString("SAVE\nEND\n")
	return script.String()
}

// merger is a program that makes one archive of many.
type merger struct {
	command func(output string, libs []string) run.Cmd // names are plain, and those of files in the working folder
	size    func(int64) int64                          // what the program makes of the size of a member
	hint    string                                     // what to look at if it fails
}

// arMerger merges with GNU ar or llvm-ar.
func arMerger(ar string) merger {
	return merger{
		command: func(output string, libs []string) run.Cmd {
			return run.Cmd{Path: ar, Args: []string{"-M"}, Stdin: strings.NewReader(Script(output, libs))}
		},
		size: func(size int64) int64 { return size },
		hint: "ar says why; is it GNU ar or llvm-ar? go tool mage doctor",
	}
}

// Merge makes out the one archive that holds every member of libs, with a symbol table. The same input and the same ar
// give the same bytes, whatever the dates and owners of the files were. Members stand in the order of libs, or in the
// reverse of it: GNU ar turns the whole list round. Stats.Parts follows the members.
//
// Members are copied by ar and never unpacked: their names repeat between libraries, and unpacking would lose all but
// one of them. The result is checked to have the members of libs, one by one, and only then named out; on an error out
// is as it was.
func Merge(ctx context.Context, runner run.Runner, ar string, libs []Library, out string) (Stats, error) {
	return arMerger(ar).merge(ctx, runner, libs, out)
}

func (m merger) merge(ctx context.Context, runner run.Runner, libs []Library, out string) (Stats, error) {
	stats, want, err := inspect(libs)
	if err != nil {
		return Stats{}, err
	}
	// Beside out, so that the last step is a rename within one file system; of a fixed name, so that what a killed
	// merge left is found and removed.
	staging := out + ".merge"
	if err := errors.Join(os.RemoveAll(staging), os.Mkdir(staging, 0o755)); err != nil {
		return Stats{}, fmt.Errorf("merging archives: %w", err)
	}
	defer os.RemoveAll(staging)

	const result = "merged.a"
	merged := filepath.Join(staging, result)
	names, err := link(staging, libs)
	if err != nil {
		return Stats{}, fmt.Errorf("merging archives: %w", err)
	}
	cmd := m.command(result, names)
	cmd.Dir = staging
	if err := runner.Run(ctx, cmd); err != nil {
		return Stats{}, m.failed(err, len(libs), out)
	}
	if err := normalise(merged); err != nil {
		return Stats{}, fmt.Errorf("merging archives: %w", err)
	}
	reversed, err := compare(merged, want, m.size)
	if err != nil {
		return Stats{}, fmt.Errorf("merging %d archives: %w", len(libs), err)
	}
	if reversed {
		slices.Reverse(stats.Parts)
	}
	info, err := os.Stat(merged)
	if err != nil {
		return Stats{}, fmt.Errorf("merging archives: %w", err)
	}
	stats.Bytes = info.Size()
	if err := os.Rename(merged, out); err != nil { //nolint:forbidigo // staging is beside out: one file system
		return Stats{}, fmt.Errorf("merging archives: %w", err)
	}
	return stats, nil
}

// failed says that the program failed, with its own words, or that it could not be run.
func (m merger) failed(err error, libs int, out string) error {
	var exit *run.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("merging %d archives: %w", libs, err)
	}
	return &fault.Error{
		Op: fmt.Sprintf("merge %d archives", libs), On: out, Err: err, Tail: exit.Tail, Hint: m.hint,
	}
}
