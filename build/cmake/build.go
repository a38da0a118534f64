package cmake

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Progress is told about compile steps. It is called from one goroutine at a time.
type Progress func(done, total int64)

// BuildCommand returns the command line that compiles targets in o.Build, some jobs at a time.
func BuildCommand(o Options, targets []string, jobs int) run.Cmd {
	return run.Cmd{
		Path: o.Tools.Ninja,
		Args: append([]string{"-C", o.Build, "-j", strconv.Itoa(jobs)}, targets...),
		Env:  []string{"NINJA_STATUS=" + statusFormat},
	}
}

// Build compiles targets in the configured folder o.Build; what is up to date there is kept. Progress may be nil.
func Build(ctx context.Context, runner run.Runner, o Options, targets []string, jobs int, progress Progress) error {
	cmd := BuildCommand(o, targets, jobs)
	watch := &monitor{progress: progress}
	cmd.Stdout = watch
	err := runner.Run(ctx, cmd)
	watch.flush()
	if err == nil {
		return nil
	}
	op := "compile onnxruntime " + o.Release.Version
	var exit *run.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("%s: %w", op, err)
	}
	tail := shorten(watch.failure)
	if tail == "" {
		tail = exit.Tail
	}
	return &fault.Error{
		Op: op, On: watch.target, Err: err, Tail: tail,
		Hint: hint(tail, o.Build, "mend the cause and run the same command again: what is compiled already is kept"),
	}
}
