package command

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// consumer returns what uses a build.
func (c *Command) consumer(r plan.Result) *consumer.Consumer {
	vars := variables(r.Entry.Dir, r.Target, r.Tools, r.Homes)
	return &consumer.Consumer{
		Runner: c.Runner, Root: c.Root, Out: c.Out, Err: c.Err,
		Env: append(consumer.Environ(vars, c.Settings.Programs), toolPath(r.Tools, c.Settings.Programs)),
	}
}

// emulating returns what uses a build for any target, with an emulator where its programs need one.
func (c *Command) emulating(r plan.Result) *consumer.Consumer {
	user := c.consumer(r)
	user.Emulator = r.Tools.Emulator.Path
	user.Env = append(user.Env, consumer.Environ(consumer.Emulation(user.Emulator, r.Tools.Sysroot), nil)...)
	return user
}

// variables lists what makes other programs find the tree. pkg-config is named where it is not the machine's own.
func variables(tree string, target platform.Target, tools toolchain.Set, homes plan.Homes) []consumer.Variable {
	pkgConfig := ""
	if tools.PkgConfig.Origin != toolchain.Machine {
		pkgConfig = tools.PkgConfig.Path
	}
	vars := consumer.Environment(tree, pkgConfig, homes.LibraryFolders()...)
	if target.IsMachine() {
		return vars
	}
	return append(vars, consumer.Cross(target, tools.CC.Path, tools.CXX.Path)...)
}

// toolPath is a PATH that has the tools that were provided, after the machine's own programs.
func toolPath(tools toolchain.Set, environ []string) string {
	var dirs []string
	for _, entry := range environ {
		if list, ok := strings.CutPrefix(entry, "PATH="); ok {
			dirs = filepath.SplitList(list)
		}
	}
	for _, tool := range tools.Tools() {
		if dir := filepath.Dir(tool.Path); tool.Origin != toolchain.Machine && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return "PATH=" + strings.Join(dirs, string(filepath.ListSeparator))
}

// last returns the last build of the kind that the settings ask for.
func (c *Command) last() (spec.Spec, store.Entry, error) {
	s, err := c.Builder.Spec(c.Builder.Version())
	if err != nil {
		return spec.Spec{}, store.Entry{}, err
	}
	entry, err := c.Builder.LastBuild(s)
	return s, entry, err
}

// lastBuild returns the variables of the last build.
func (c *Command) lastBuild(ctx context.Context) ([]consumer.Variable, error) {
	s, entry, err := c.last()
	if err != nil {
		return nil, err
	}
	homes, err := c.Builder.Homes(ctx, s, entry)
	if err != nil {
		return nil, err
	}
	target, err := c.Builder.Target()
	if err != nil {
		return nil, err
	}
	tools, _, err := c.Builder.Tools.Find(ctx, c.Builder.Want(target, ""))
	if err != nil {
		return nil, err
	}
	if tools.CC.Path == "" && !target.IsMachine() { // the machine's own would be taken, and link with nothing
		return nil, &fault.Error{
			Op: "name the compilers", On: target.Platform.String(), Err: errors.New("they are gone since the last build"),
			Hint: "ORT_TARGET=" + target.Platform.String() + " go tool mage buildCpu, which provides them again",
		}
	}
	return append(variables(entry.Dir, target, tools, homes), consumer.Emulation(tools.Emulator.Path, tools.Sysroot)...), nil
}

// Env prints the variables of the last build.
func Env(ctx context.Context, c *Command) error {
	vars, err := c.lastBuild(ctx)
	if err != nil {
		return err
	}
	return c.Print(vars, func(w io.Writer) error {
		_, err := io.WriteString(w, consumer.Shell(vars))
		return err
	})
}

// Shell starts the user's shell with the variables of the last build.
func Shell(ctx context.Context, c *Command) error {
	vars, err := c.lastBuild(ctx)
	if err != nil {
		return err
	}
	shell, environ := c.Settings.Shell, c.Settings.Environ
	c.Console.Line("starting %s; leave it with exit", shell)
	err = (&run.Exec{Env: environ}).Run(ctx, run.Cmd{
		Path: shell, Env: consumer.Environ(vars, environ),
		Stdin: os.Stdin, Stdout: c.Out, Stderr: c.Err, Terminal: true,
	})
	var exit *run.ExitError
	if errors.As(err, &exit) {
		return nil // the status of the last thing that was done in the shell, not ours
	}
	return err
}
