package archive

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// listFile has the names of the archives to merge, a line each.
const listFile = "archives.txt"

// LibtoolCommand returns the command with which Apple's libtool merges the archives whose names stand in the file list,
// a line each, into output. It maps the list into memory, so that has to be a file.
func LibtoolCommand(libtool, output, list string) run.Cmd {
	return run.Cmd{
		Path: libtool,
		// Some sources are empty on one processor and not on another: warnings of such objects would hide all others.
		Args: []string{"-static", "-no_warning_for_no_symbols", "-o", output, "-filelist", list},
		Env:  []string{"ZERO_AR_DATE=1"}, // as Apple's own builds do for archives that are the same again
	}
}

// MergeMachO is [Merge] with Apple's libtool, or LLVM's of the same usage: Apple's ar reads no scripts. Members stand
// in the order of libs.
func MergeMachO(ctx context.Context, runner run.Runner, libtool string, libs []Library, out string) (Stats, error) {
	m := merger{
		command: func(output string, _ []string) run.Cmd { return LibtoolCommand(libtool, output, listFile) },
		size:    padded,
		hint:    "libtool says why; is it Apple's, of the command line tools (xcode-select --install)? go tool mage doctor",
	}
	return m.merge(ctx, runner, libs, out)
}

// padded is the size of a member in an archive for Apple's linker, which wants objects at multiples of 8 bytes:
// newlines fill a member up, and count as a part of it.
func padded(size int64) int64 { return (size + 7) &^ 7 }
