package matrix

import "github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"

// buildah runs a step in a changed root alone: no daemon, no runtime, no control groups, so it works where the others
// are not allowed to. The host's network and processes are the container's.
type buildah struct{}

func (buildah) Name() string { return "buildah" }

func (b buildah) Answers() run.Cmd { return b.command("info") }

func (b buildah) Have(image string) run.Cmd {
	return b.command("inspect", "--type", "image", "--format", "{{.FromImageID}}", image)
}

func (b buildah) Pull(image string) run.Cmd { return b.command("pull", "--quiet", image) }

func (b buildah) Build(i Image) run.Cmd {
	args := []string{
		"build", "--isolation", "chroot", "--network", "host", "--pull=false", "--layers", "--file", i.File, "--tag", i.Name,
	}
	if i.Stage != "" {
		args = append(args, "--target", i.Stage)
	}
	return b.command(append(args, "--build-arg", "BASE="+i.Base, i.Context)...)
}

func (b buildah) Create(c Container) run.Cmd {
	return b.command("from", "--quiet", "--pull=never", "--name", c.Name, c.Image)
}

// Step starts env, which starts the command: buildah looks for a program before it has mounted the folder with Go. Its
// option --env wants a value (1.28), so what is inherited stands in the command line.
func (b buildah) Step(c Container, command []string) run.Cmd {
	args := append([]string{"run", "--isolation", "chroot", "--network", "host"}, inside(c)...)
	for _, e := range c.Inherited {
		args = append(args, "--env", e)
	}
	return b.command(append(append(args, "--workingdir", c.Dir, c.Name, "--", "env"), command...)...)
}

// Stop does nothing: what runs is a child of the step's command, and ends with it.
func (b buildah) Stop(Container) run.Cmd { return run.Cmd{} }

func (b buildah) Remove(c Container) run.Cmd { return b.command("rm", c.Name) }

func (buildah) command(args ...string) run.Cmd { return run.Cmd{Path: "buildah", Args: args} }
