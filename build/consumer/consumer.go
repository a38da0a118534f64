package consumer

import (
	"context"
	"fmt"
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
	Out    io.Writer // where programs write
}

// Go computes a call of the go command in a folder of the repository.
func (c *Consumer) Go(folder string, args ...string) run.Cmd {
	return run.Cmd{Path: "go", Args: args, Dir: filepath.Join(c.Root, folder), Env: c.Env, Stdout: c.Out, Stderr: c.Out}
}

// BuildSample links the sample program statically against the tree and writes it to path.
func (c *Consumer) BuildSample(ctx context.Context, path string) error {
	cmd := c.Go("ortwrap", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./examples/quickstart")
	if err := c.Runner.Run(ctx, cmd); err != nil {
		return &fault.Error{Op: "link the sample program", On: path, Err: err, Hint: "go tool mage doctor"}
	}
	return nil
}

// RunSample runs the sample program that [Consumer.BuildSample] wrote.
func (c *Consumer) RunSample(ctx context.Context, path string, args ...string) error {
	if err := c.Runner.Run(ctx, run.Cmd{Path: path, Args: args, Stdout: c.Out, Stderr: c.Out}); err != nil {
		return &fault.Error{Op: "run the sample program", On: path, Err: err, Hint: "go tool mage test"}
	}
	return nil
}

// Conformance runs ONNX's own node tests, which come with the onnx source archive, through ortwrap.
func (c *Consumer) Conformance(ctx context.Context, onnxArchive string, args ...string) error {
	cmd := c.Go("ortwrap", append([]string{"run", "./cmd/conformance"}, append(args, onnxArchive)...)...)
	if err := c.Runner.Run(ctx, cmd); err != nil {
		return fmt.Errorf("running the conformance tests: %w", err)
	}
	return nil
}
