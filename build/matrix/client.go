package matrix

import (
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// client is docker, or podman, which takes the same commands but for a few options.
type client struct{ name string }

func (c client) Name() string { return c.name }

// Answers asks for the version of the daemon too; podman, which has none, for what it stores images with.
func (c client) Answers() run.Cmd {
	if c.name == "podman" {
		return c.command("info")
	}
	return c.command("version")
}

func (c client) Have(image string) run.Cmd {
	return c.command("image", "inspect", "--format", "{{.Id}}", image)
}

func (c client) Pull(image string) run.Cmd { return c.command("pull", "--quiet", image) }

func (c client) Build(i Image) run.Cmd {
	args := []string{"build", "--network", "host", "--pull=false", "--file", i.File, "--tag", i.Name}
	if i.Stage != "" {
		args = append(args, "--target", i.Stage)
	}
	return c.command(append(args, "--build-arg", "BASE="+i.Base, i.Context)...)
}

// Create does nothing: each step is a container of its own.
func (c client) Create(Container) run.Cmd { return run.Cmd{} }

func (c client) Step(at Container, command []string) run.Cmd {
	args := []string{"run", "--rm", "--name", at.Name, "--network", "host", "--pull", "never"}
	if c.name == "podman" {
		args = append(args, "--security-opt", "label=disable") // SELinux lets no container see the host's folders
	} else if at.User != "" {
		args = append(args, "--user", at.User)
	}
	args = append(args, inside(at)...)
	for _, e := range at.Inherited {
		name, _, _ := strings.Cut(e, "=") // the value is taken from the variable of that name
		args = append(args, "--env", name)
	}
	args = append(args, "--workdir", at.Dir, at.Image)
	return c.command(append(args, command...)...)
}

// Stop kills: a container's first process ignores a polite signal, and Ctrl-C waits for nobody.
func (c client) Stop(at Container) run.Cmd {
	if c.name == "podman" {
		return c.command("rm", "--force", "--ignore", "--time", "0", at.Name)
	}
	return c.command("rm", "--force", at.Name)
}

// Remove does nothing: --rm has done it.
func (c client) Remove(Container) run.Cmd { return run.Cmd{} }

func (c client) command(args ...string) run.Cmd { return run.Cmd{Path: c.name, Args: args} }

// inside returns the options for mounts and variables, which all engines have in common.
func inside(c Container) (args []string) {
	for _, m := range c.Mounts {
		args = append(args, "--volume", m.String())
	}
	for _, e := range c.Environment {
		args = append(args, "--env", e)
	}
	return args
}
