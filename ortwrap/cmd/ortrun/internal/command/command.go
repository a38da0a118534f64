// Package command has the commands of ortrun.
//
//	code := command.Run(ctx, []string{"inspect", "model.onnx"}, command.Streams{Out: os.Stdout, Err: os.Stderr})
//
// Everything that a command needs from outside comes in as an argument, so that tests run whole commands.
package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/feed"
)

// Streams is where a command writes.
type Streams struct {
	Out      io.Writer // results
	Err      io.Writer // errors and progress
	Terminal bool      // whether Err is a terminal, which gets bars instead of lines
}

// Exit codes.
const (
	ExitOK          = 0
	ExitCheck       = 1   // outputs are not what they should be
	ExitUsage       = 2   // an unknown command or flag, a value that a flag can't have
	ExitRun         = 3   // the model or a file could not be used
	ExitInterrupted = 130 // what shells give for a program that an interrupt ended
)

// errCheck is what a command returns whose check failed. What is wrong is on Out by then.
var errCheck = errors.New("the check failed")

// usageError is wrong use that shows only after cobra has accepted the arguments.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// app is one call of ortrun.
type app struct {
	out      *bufio.Writer
	err      io.Writer
	terminal bool
	started  bool // whether a command of ours has begun: errors before are wrong use
}

// Run runs ortrun with the arguments that follow its name and returns its exit code.
func Run(ctx context.Context, args []string, streams Streams) int {
	a := &app{out: bufio.NewWriter(streams.Out), err: streams.Err, terminal: streams.Terminal}
	root := a.root()
	root.SetArgs(args)
	used, err := root.ExecuteContextC(ctx)
	if flushed := a.out.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("writing the result: %w", flushed)
	}
	return a.exit(ctx, used, err)
}

// exit prints the error, on one line, and finds the code for it.
func (a *app) exit(ctx context.Context, used *cobra.Command, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return ExitOK
	case ctx.Err() != nil:
		fmt.Fprintf(a.err, "%s: interrupted\n", used.CommandPath())
		return ExitInterrupted
	case errors.Is(err, errCheck):
		fmt.Fprintf(a.err, "%s: %s\n", used.CommandPath(), oneLine(err))
		return ExitCheck
	case !a.started || errors.As(err, &usage) || errors.Is(err, feed.ErrText) || errors.Is(err, ortwrap.ErrOption):
		fmt.Fprintf(a.err, "%s: %s (see %q)\n", used.CommandPath(), oneLine(err), used.CommandPath()+" --help")
		return ExitUsage
	default:
		fmt.Fprintf(a.err, "%s: %s\n", used.CommandPath(), oneLine(err))
		return ExitRun
	}
}

// oneLine is an error's text without line breaks: ORT's messages have some.
func oneLine(err error) string { return unbroken(err.Error()) }

func unbroken(text string) string { return strings.Join(strings.Fields(text), " ") }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ortrun",
		Short: "Try an ONNX model: describe, run, measure, verify it",
		Long: `ortrun tries an ONNX model on the ONNX Runtime that it was built with.

Results go to the standard output, everything else to the standard error.

Exit codes:
  0    all went well
  1    a check failed: outputs are not what they should be
  2    wrong use: an unknown command or flag, a value that a flag can't have
  3    the model or a file could not be used
  130  interrupted`,
		SilenceErrors:    true,
		SilenceUsage:     true,
		PersistentPreRun: func(*cobra.Command, []string) { a.started = true },
	}
	root.AddCommand(a.inspect(), a.run(), a.bench(), a.verify(), a.providers(), a.version())
	root.SetOut(a.out) // now: cobra's completion command keeps it
	root.SetErr(a.err)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help": // cobra's own command takes a wrong name for success
			c.Args = func(_ *cobra.Command, args []string) error { return known(root, args) }
		case "completion":
			c.Args = cobra.NoArgs
			c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
		}
	}
	return root
}

// known refuses names that are no command.
func known(root *cobra.Command, args []string) error {
	_, rest, err := root.Find(args)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("unknown command %q for %q", rest[0], root.Name())
	}
	return err
}

// oneModel makes a command take exactly one argument, a model, and lets shells complete its name.
func oneModel(c *cobra.Command) *cobra.Command {
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("expected one model file, got %d arguments", len(args))
		}
		if args[0] == "" {
			return errors.New("expected a model file, got an empty name")
		}
		return nil
	}
	c.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return []string{"onnx", "ort"}, cobra.ShellCompDirectiveFilterFileExt
	}
	return c
}
