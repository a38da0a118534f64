// Package command carries out the targets: it opens what a target needs, calls the parts, and prints the result.
//
// Progress goes to standard error, the result to standard output: a table, or JSON with ORT_JSON=1. The error of a
// target is its whole text for a person, shown once, by mage.
//
//	err := command.Do(ctx, "buildCpu", command.BuildCPU)
package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/patches"
)

// Command is what one target works with.
type Command struct {
	Settings settings.Settings
	Console  *report.Console
	Builder  *plan.Builder
	Runner   run.Runner
	Out      io.Writer // results
	Err      io.Writer // all else that programs write
	Root     string    // folder of this repository
}

// Outside is what a command is given of the world around it.
type Outside struct {
	Environ  []string            // settings, and what programs see
	Out      io.Writer           // results
	Progress io.Writer           // phases
	Terminal bool                // Progress is one
	Adapt    func(*plan.Builder) // changes parts of the builder, in tests; may be nil
}

// Do opens a command for the target called name, carries out work, and returns the error as a person should read it.
func Do(ctx context.Context, name string, work func(context.Context, *Command) error) error {
	return Outside{
		Environ: os.Environ(), Out: os.Stdout, Progress: os.Stderr, Terminal: report.Terminal(os.Stderr),
	}.Do(ctx, name, work)
}

// Do is [Do] in another world than that of this process.
func (o Outside) Do(ctx context.Context, name string, work func(context.Context, *Command) error) error {
	s, err := settings.Load(o.Environ)
	if err != nil {
		return &shown{err, ""}
	}
	log, err := openLog(s.Home, name)
	if err != nil {
		return &shown{err, ""}
	}
	defer log.Close()
	c, err := o.open(s, lenient{log})
	if err != nil {
		return &shown{err, log.Name()}
	}
	c.Builder.Log = log.Name()
	if err := work(ctx, c); err != nil {
		fmt.Fprintf(log, "%s failed: %v\n", name, err)
		return &shown{err, log.Name()}
	}
	return nil
}

func (o Outside) open(s settings.Settings, log io.Writer) (*Command, error) {
	root, err := os.Getwd() // mage runs targets in the magefile's folder
	if err != nil {
		return nil, fmt.Errorf("finding the repository: %w", err)
	}
	console := report.New(o.Progress, o.Terminal, log)
	runner := &run.Exec{Env: s.Programs, Log: log}
	builder, err := plan.New(s, console, runner, patches.FS)
	if err != nil {
		return nil, err
	}
	if o.Adapt != nil {
		o.Adapt(builder)
	}
	return &Command{Settings: s, Console: console, Builder: builder, Runner: runner, Out: o.Out, Err: o.Progress, Root: root}, nil
}

// openLog makes the file that holds everything about one call: each command line and all that the programs printed.
func openLog(home, name string) (*os.File, error) {
	dir := filepath.Join(home, "logs")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, &fault.Error{Op: "make the folder for logs", On: dir, Err: err, Hint: "set ORT_HOME to a folder that you can write to"}
	}
	pattern := time.Now().Format("20060102-150405") + "-" + name + "-*.log"
	log, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, &fault.Error{Op: "make the log", On: dir, Err: err, Hint: "set ORT_HOME to a folder that you can write to and that is not full"}
	}
	return log, nil
}

// lenient writes what it can: a full disk should end the work, which says what to do about it, and not its log.
type lenient struct{ io.Writer }

func (l lenient) Write(data []byte) (int, error) {
	_, _ = l.Writer.Write(data)
	return len(data), nil
}

// Print writes a result: value as JSON with ORT_JSON=1, else what text writes.
func (c *Command) Print(value any, text func(io.Writer) error) error {
	if !c.Settings.JSON {
		return text(c.Out)
	}
	encoder := json.NewEncoder(c.Out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("writing the result as JSON: %w", err)
	}
	return nil
}

// shown is an error whose text is the whole story.
type shown struct {
	err error
	log string
}

func (s *shown) Error() string {
	err := s.err
	if errors.Is(err, context.Canceled) {
		err = errors.New(err.Error() + "\nnext: run it again, it goes on where it was")
	}
	text := fault.Format(err)
	if s.log != "" {
		text += "\nlog:  " + s.log
	}
	return text
}

func (s *shown) Unwrap() error { return s.err }
