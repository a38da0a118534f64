package command

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
)

// module is a Go module of this repository.
type module struct {
	folder, path string
	tags         string // build tags with which all of its code is seen
}

// modules are those with code.
var modules = []module{
	{folder: ".", path: "github.com/onnxruntime-builder/onnxruntime-builder", tags: "mage"},
	{folder: ownModule, path: "github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"},
}

// ownModule is the folder of the package that users import. It can only be compiled on top of a finished build.
const ownModule = "ortwrap"

// goTool returns the path of a program of the module in tools/, which Go compiles into its cache when it is not there
// yet. The path is asked for, instead of running the program through "go tool", because ortwrap's environment would
// compile it once more for each build of the library: Go's cache takes CGO_CPPFLAGS to matter.
func (c *Command) goTool(ctx context.Context, name string) (string, error) {
	phase := c.Console.Phase(name)
	path, err := run.Output(ctx, c.Runner, run.Cmd{
		Path: "go", Args: []string{"tool", "-modfile=" + filepath.Join(c.Root, "tools", "go.mod"), "-n", name}, Dir: c.Root,
	})
	if err != nil {
		phase.Failed()
		return "", &fault.Error{
			Op: "compile " + name, Err: err, Tail: tail(err),
			Hint: "it comes from the Go module proxy: see GOPROXY and https_proxy, or do without this target",
		}
	}
	phase.Done("ready")
	return path, nil
}

// tail returns the last lines of a program that failed.
func tail(err error) string {
	var exit *run.ExitError
	if errors.As(err, &exit) {
		return exit.Tail
	}
	return ""
}

// inModules does the same in all modules, with what programs need in the environment to compile them, and returns all
// errors. Without a build ortwrap is left out, but not in CI.
func (c *Command) inModules(ctx context.Context, do func(m module, env []string) error) error {
	var failures []error
	for _, m := range modules {
		var env []string
		if m.folder == ownModule {
			vars, err := c.lastBuild(ctx)
			if errors.Is(err, plan.ErrNoBuild) && !c.Settings.CI {
				c.Console.Line("note: ortwrap is left out, it needs a build: go tool mage buildCpu")
				continue
			}
			if err != nil {
				return errors.Join(append(failures, err)...)
			}
			env = consumer.Environ(vars, c.Settings.Programs)
		}
		if err := do(m, env); err != nil {
			failures = append(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}
