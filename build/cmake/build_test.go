package cmake_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// program is a runner whose programs write text in pieces of a few bytes, then end with err.
func program(text string, err error) *run.Recorder {
	return &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		for len(text) > 0 {
			n := min(7, len(text))
			if _, err := io.WriteString(cmd.Stdout, text[:n]); err != nil {
				return err
			}
			text = text[n:]
		}
		return err
	}}
}

func failure(tail string) error {
	return &run.ExitError{Cmd: run.Cmd{Path: "tool"}, Code: 1, Tail: tail, Err: errors.New("exit status 1")}
}

func build(t *testing.T, runner run.Runner, progress cmake.Progress) error {
	t.Helper()
	return cmake.Build(t.Context(), runner, options("1.21.0", "linux/amd64"), []string{"re2"}, 2, progress)
}

func TestBuildTellsItsProgress(t *testing.T) {
	t.Parallel()
	var seen []string
	err := build(t, program("ninja: Entering directory `b'\n[ninja 1/3] Building a.o\na.cc:1: warning: [2/3] x\n"+
		"[ninja 2/3] Building b.o\n[ninja 3/3] Linking c.a", nil),
		func(done, total int64) { seen = append(seen, fmt.Sprintf("%d/%d", done, total)) })
	require.NoError(t, err)
	require.Equal(t, []string{"1/3", "2/3", "3/3"}, seen)
	require.NoError(t, build(t, program("[ninja 1/3] Building a.o\n", nil), nil))
}

func TestAFailedCompileIsShownByItself(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "[code=1] "} {
		err := build(t, program("[ninja 1/9] Building a.o\na.cc:1: warning: unimportant\n"+
			"[ninja 2/9] Building b.o\nFAILED: "+code+"dir/b.o dir/b.d \n/usr/bin/c++ -c b.cc\n"+
			"b.cc:7: error: no\n  7 | x\n"+
			"[ninja 3/9] Building c.o\nc.cc:1: warning: unimportant\n"+
			"FAILED: d.o \n/usr/bin/c++ -c d.cc\nd.cc:9: error: another\n"+
			"ninja: build stopped: subcommand failed.\n", failure("the last 30 lines")), nil)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Equal(t, "compile onnxruntime 1.21.0", f.Op)
		require.Equal(t, "dir/b.o", f.On)
		require.Equal(t, "b.cc:7: error: no\n  7 | x", f.Tail)
		require.Contains(t, f.Hint, "run the same command again")
		var exit *run.ExitError
		require.ErrorAs(t, err, &exit)
	}
}

func TestALongFailureKeepsItsBeginning(t *testing.T) {
	t.Parallel()
	text := &strings.Builder{}
	text.WriteString("FAILED: a.o \nc++\n")
	for i := range 100 {
		fmt.Fprintf(text, "error %d\n", i)
	}
	var f *fault.Error
	require.ErrorAs(t, build(t, program(text.String(), failure("")), nil), &f)
	require.True(t, strings.HasPrefix(f.Tail, "error 0\n"))
	require.True(t, strings.HasSuffix(f.Tail, "error 59\n… 40 more lines"), f.Tail)
}

func TestNinjasOwnErrorIsShown(t *testing.T) {
	t.Parallel()
	var f *fault.Error
	const message = "ninja: error: unknown target 're3'"
	require.ErrorAs(t, build(t, program(message+"\n", failure(message)), nil), &f)
	require.Equal(t, message, f.Tail)
}

func TestKnownFailuresHaveTheirAdvice(t *testing.T) {
	t.Parallel()
	for message, advice := range map[string]string{
		"c++: fatal error: Killed signal terminated program cc1plus":              "ORT_JOBS",
		"virtual memory exhausted: Cannot allocate memory":                        "ORT_JOBS",
		"fatal error: error writing to /tmp/cc.s: No space left on device":        "make room",
		"/usr/bin/ar: libx.a: error: Disk quota exceeded":                         "make room",
		"a.cc:1: error: expected ';' before '}' token, as in every other program": "mend the cause",
	} {
		var f *fault.Error
		require.ErrorAs(t, build(t, program("FAILED: a.o \nc++\n"+message+"\n", failure("")), nil), &f)
		require.Contains(t, f.Hint, advice, message)
	}
}

func TestAStoppedBuildIsNoFault(t *testing.T) {
	t.Parallel()
	err := build(t, program("[ninja 1/3] Building a.o\n", fmt.Errorf("ninja was stopped: %w", context.Canceled)), nil)
	require.ErrorIs(t, err, context.Canceled)
	var f *fault.Error
	require.False(t, errors.As(err, &f))
}
