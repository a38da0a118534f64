package matrix

import "github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"

// Engine is one program that runs containers. Its methods make command lines and start nothing. A command without a
// path is one that this engine needs not.
type Engine interface {
	Name() string
	// Answers succeeds where the program is of use: with its daemon, if it has one.
	Answers() run.Cmd
	// Have succeeds if an image is on this machine.
	Have(image string) run.Cmd
	// Pull gets an image from a registry.
	Pull(image string) run.Cmd
	// Build makes an image.
	Build(i Image) run.Cmd
	// Create makes ready what the steps of a container run in.
	Create(c Container) run.Cmd
	// Step runs one command to its end.
	Step(c Container, command []string) run.Cmd
	// Stop ends a step at once that was left, and that does not end with the program that started it.
	Stop(c Container) run.Cmd
	// Remove removes what Create made.
	Remove(c Container) run.Cmd
}

// Image is one to be built.
type Image struct {
	Name    string // "localhost/onnxruntime-builder/debian-12"
	File    string // path of the Containerfile
	Stage   string // to stop at; empty: the last one
	Base    string // value of its argument BASE
	Context string // folder that it copies from
}

// Container is the place where the steps of a row run.
type Container struct {
	Name        string
	Image       string
	Mounts      []Mount
	Environment []string // "NAME=value"
	Inherited   []string // the same, of the host: addresses that may have a password in them, so no log should show them
	Dir         string   // where a step starts
	User        string   // "1000:1000"; empty: root. Only docker needs it: the others' root is the user who runs them.
}

// Mount is a folder or file of the host that a container sees.
type Mount struct {
	Host, Inside string
	ReadOnly     bool
}

func (m Mount) String() string {
	if m.ReadOnly {
		return m.Host + ":" + m.Inside + ":ro"
	}
	return m.Host + ":" + m.Inside
}

// engines are those that there are, in the order in which they are looked for.
var engines = []Engine{client{"docker"}, client{"podman"}, buildah{}}
