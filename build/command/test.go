package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Test runs all tests: first the quick ones, then those that need the library, which it builds. For another platform than
// this machine's it is the tests of the library alone.
func Test(ctx context.Context, c *Command) error {
	version, err := c.Builder.Reachable(ctx)
	if err != nil {
		return err
	}
	target, err := c.Builder.Target()
	if err != nil {
		return err
	}
	if target.Platform != spec.Host() {
		return c.testTarget(ctx, version)
	}
	r, err := c.Builder.Releases(version)
	if err != nil {
		return err
	}
	want := c.Builder.Want(platform.Target{}, r.Protoc)
	want.Patchelf = c.Settings.CI && runtime.GOOS == "linux" // else tests of bundles do without where it is missing
	tools, err := c.Builder.Provide(ctx, want)
	if err != nil {
		return err
	}
	path := toolPath(tools, c.Settings.Programs)
	for _, cmd := range quickTests(path, c.Root) {
		if err := c.check(ctx, cmd); err != nil {
			return err
		}
	}
	result, err := c.Builder.Build(ctx, plan.CPU(version))
	if err != nil {
		return err
	}
	user := c.consumer(result)
	for _, cmd := range libraryTests(user) {
		if err := c.check(ctx, cmd); err != nil {
			return err
		}
	}
	if err := c.testInstrumented(ctx, user, result); err != nil {
		return err
	}
	if err := c.conformance(ctx, user, version); err != nil {
		return err
	}
	if result.Spec.Platform.OS == "linux" { // where a shared library can be made of the archive
		if err := c.testOpening(ctx, user, result, version); err != nil {
			return err
		}
	}
	return c.testProviders(ctx, version)
}

// testInstrumented runs ortwrap's tests once more under the race detector of Go, and under the address sanitizer, which
// finds bad uses of C's memory and what is never freed. Of ORT itself the latter sees its allocations only.
func (c *Command) testInstrumented(ctx context.Context, user *consumer.Consumer, result plan.Result) error {
	if err := c.check(ctx, user.Go("ortwrap", "test", "-race", "-count=1", ".")); err != nil {
		return err
	}
	if result.Spec.Platform.OS != "linux" { // where Go has no address sanitizer
		return nil
	}
	// Some systems have the sanitizer's library in a package of its own.
	err := c.Runner.Run(ctx, run.Cmd{
		Path: result.Tools.CC.Path, Args: []string{"-fsanitize=address", "-shared", "-x", "c", "-o", os.DevNull, os.DevNull},
	})
	if errors.As(err, new(*run.ExitError)) && !c.Settings.CI {
		c.Console.Line("note: ortwrap is not tested under the address sanitizer: the compiler lacks it (install libasan)")
		return nil
	}
	return c.check(ctx, user.Go("ortwrap", "test", "-asan", "-count=1", ".", "./internal/capi"))
}

// testOpening runs ortwrap's tests and the conformance tests once more, in programs that open the library as a shared
// one when they run.
func (c *Command) testOpening(ctx context.Context, user *consumer.Consumer, result plan.Result, version string) error {
	library := filepath.Join(c.Settings.Home, "programs", result.Entry.ID(), "libonnxruntime.so")
	if err := consumer.BuildShared(ctx, c.Runner, result.Tools.CXX.Path, result.Entry.Dir, library); err != nil {
		return err
	}
	user = user.Opening(library)
	if err := c.check(ctx, user.Go("ortwrap", "test", "-count=1", "./...")); err != nil {
		return err
	}
	return c.conformance(ctx, user, version)
}

// quickTests are the tests of the builder itself.
func quickTests(path, root string) []run.Cmd {
	env := []string{path}
	return []run.Cmd{
		{Path: "go", Args: []string{"vet", "-tags", "mage", "./..."}, Dir: root, Env: env},
		{Path: "go", Args: []string{"test", "./..."}, Dir: root, Env: env},
	}
}

// libraryTests need a finished build: Go, C and C++ programs on a moved copy of it, and ortwrap's own.
func libraryTests(user *consumer.Consumer) []run.Cmd {
	return []run.Cmd{
		user.Go(".", "test", "-count=1", "-tags", "built", "-skip", providerTests, "./build/consumer"),
		user.Go("ortwrap", "vet", "./..."),
		user.Go("ortwrap", "test", "-count=1", "./..."),
	}
}

// check runs one command of a test; its output is part of the result.
func (c *Command) check(ctx context.Context, cmd run.Cmd) error { return c.checkAs(ctx, "test", cmd) }

// checkAs is check for another kind of examination than a test.
func (c *Command) checkAs(ctx context.Context, kind string, cmd run.Cmd) error {
	cmd.Stdout, cmd.Stderr = c.Out, c.Err
	phase := c.Console.Phase(kind)
	title := strings.Join(append([]string{filepath.Base(cmd.Path)}, cmd.Args...), " ")
	if err := c.Runner.Run(ctx, cmd); err != nil {
		phase.Failed()
		var exit *run.ExitError
		if errors.As(err, &exit) {
			return &fault.Error{Op: kind, On: title, Err: err, Hint: "the output above names what failed"}
		}
		return fmt.Errorf("%s (%s): %w", kind, title, err)
	}
	phase.Done("%s", title)
	return nil
}
