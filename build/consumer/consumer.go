package consumer

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/chroot"
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

// RunSampleAlone runs a sample program with its folder as the root, where nothing else may be: it must need no other file.
// Its results go to out. Where this process may enter no other root the error wraps [chroot.ErrForbidden].
func (c *Consumer) RunSampleAlone(ctx context.Context, out io.Writer, path string) error {
	fail := func(err error, hint string) error {
		return &fault.Error{Op: "run the sample program in an empty root", On: path, Err: err, Hint: hint}
	}
	root, name := filepath.Split(path)
	files, err := os.ReadDir(root)
	if err != nil || len(files) != 1 {
		return fail(cmp.Or(err, fmt.Errorf("its folder has %d files", len(files))), "remove what is beside the program")
	}
	enter, err := chroot.Words(ctx, c.Runner, root)
	if err != nil {
		return fail(err, "it takes the rights of root, or a system that lets others make user namespaces")
	}
	if err := c.Runner.Run(ctx, run.Cmd{Path: enter[0], Args: append(enter[1:], "/"+name), Stdout: out, Stderr: c.Err}); err != nil {
		return fail(err, "it runs where it has been linked: see above what it lacks in a root of its own")
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
