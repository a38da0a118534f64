// Package run starts programs. Nothing else in this repository does.
//
// A command line is a value, [Cmd], that pure functions compute and tests compare; a [Runner] carries it out. [Exec] is
// the real one. [Recorder] is for tests: it notes every command and answers from a function.
//
//	version, err := run.Output(ctx, runner, run.Cmd{Path: "cmake", Args: []string{"--version"}})
package run

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"al.essio.dev/pkg/shellescape"
)

// Cmd is one program with its arguments. Arguments reach the program as they are: nothing expands them.
type Cmd struct {
	Path   string   // program: a path, or a name that is looked up in PATH
	Args   []string // without the program's own name
	Dir    string   // folder to start in; empty for the current one
	Env    []string // "NAME=value" added to the runner's environment, later ones win
	Stdin  io.Reader
	Stdout io.Writer // nil: only to the runner's log
	Stderr io.Writer // nil: only to the runner's log

	// Terminal is for a program that talks with a person, such as a shell: it stays in our process group, so that it
	// may read from the terminal, and its output is not kept.
	Terminal bool
}

// String returns the command as a line that can be pasted into a shell.
func (c Cmd) String() string {
	words := append([]string{c.Path}, c.Args...)
	line := shellescape.QuoteCommand(words)
	if len(c.Env) > 0 {
		line = "env " + shellescape.QuoteCommand(c.Env) + " " + line
	}
	if c.Dir != "" {
		line = "cd " + shellescape.Quote(c.Dir) + " && " + line
	}
	return line
}

// Runner carries out a command and waits for its end. A program that fails gives an [*ExitError]; one that could not be
// started gives another error. When ctx is done the program and all its children are ended, and the error wraps
// ctx's cause.
type Runner interface {
	Run(ctx context.Context, cmd Cmd) error
}

// ExitError tells that a program ran and failed.
type ExitError struct {
	Cmd  Cmd
	Code int    // exit status; -1 if a signal ended it
	Tail string // its last lines of output
	Err  error
}

func (e *ExitError) Error() string { return fmt.Sprintf("%s: %v", e.Cmd.Path, e.Err) }

// Unwrap returns the cause.
func (e *ExitError) Unwrap() error { return e.Err }

// Output runs cmd and returns what it wrote to its standard output, without white space at both ends.
func Output(ctx context.Context, r Runner, cmd Cmd) (string, error) {
	var out bytes.Buffer
	if cmd.Stdout != nil {
		cmd.Stdout = io.MultiWriter(&out, cmd.Stdout)
	} else {
		cmd.Stdout = &out
	}
	err := r.Run(ctx, cmd)
	return strings.TrimSpace(out.String()), err
}
