package consumer

import (
	"context"
	"io"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Consumer compiles and runs programs on top of one install tree.
type Consumer struct {
	Runner run.Runner
	Root   string    // folder of this repository
	Env    []string  // what makes tools find the tree: see [Environ]
	Out    io.Writer // where programs write results
	Err    io.Writer // where they write the rest
	tag    string    // build tag, if any

	// Emulator is the path of a program that runs those of another processor; empty: they run as they are.
	Emulator string
}

// Go computes a call of the go command in a folder of the repository: one of its commands, and arguments.
func (c *Consumer) Go(folder, command string, args ...string) run.Cmd {
	if c.tag != "" {
		args = append([]string{"-tags", c.tag}, args...)
	}
	if c.Emulator != "" && (command == "run" || command == "test") {
		args = append([]string{"-exec", goWord(c.Emulator)}, args...)
	}
	args = append([]string{command}, args...)
	return run.Cmd{Path: "go", Args: args, Dir: filepath.Join(c.Root, folder), Env: c.Env, Stdout: c.Out, Stderr: c.Err}
}

// BuildSample links the sample program statically against the tree and writes it to path.
func (c *Consumer) BuildSample(ctx context.Context, path string) error {
	cmd := c.Go("ortwrap", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./examples/quickstart")
	if err := c.Runner.Run(ctx, cmd); err != nil {
		return &fault.Error{Op: "link the sample program", On: path, Err: err, Hint: "go tool mage doctor"}
	}
	return nil
}

// RunSample runs the sample program that [Consumer.BuildSample] wrote; its results go to out.
func (c *Consumer) RunSample(ctx context.Context, out io.Writer, path string, args ...string) error {
	cmd := run.Cmd{Path: path, Args: args, Stdout: out, Stderr: c.Err}
	if c.Emulator != "" {
		cmd.Path, cmd.Args, cmd.Env = c.Emulator, append([]string{path}, args...), c.Env
	}
	if err := c.Runner.Run(ctx, cmd); err != nil {
		return &fault.Error{Op: "run the sample program", On: path, Err: err, Hint: "go tool mage test"}
	}
	return nil
}
