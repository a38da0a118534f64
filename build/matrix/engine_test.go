package matrix_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

func TestCommandLinesOfEachEngine(t *testing.T) {
	t.Parallel()
	image := matrix.Image{Name: "localhost/x/old", File: "/s/ci/c/x", Base: "localhost/old:1", Context: "/s/ci/c"}
	staged := image
	staged.Stage = "tools"
	at := matrix.Container{
		Name: "x-old-1", Image: image.Name, Dir: "/src", User: "7:8", Environment: []string{"A=b c"},
		Mounts: []matrix.Mount{{Host: "/s", Inside: "/src"}, {Host: "/go", Inside: "/usr/local/go", ReadOnly: true}},
	}
	for _, e := range matrix.Engines {
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			for _, c := range []struct {
				name string
				cmd  run.Cmd
			}{
				{"answers", e.Answers()},
				{"have", e.Have("localhost/old:1")},
				{"pull", e.Pull("registry.example/old:1")},
				{"build", e.Build(image)},
				{"build a stage", e.Build(staged)},
				{"create", e.Create(at)},
				{"step", e.Step(at, []string{"go", "tool", "mage", "doctor"})},
				{"stop", e.Stop(at)},
				{"remove", e.Remove(at)},
			} {
				line := "nothing"
				if c.cmd.Path != "" {
					line = c.cmd.String()
				}
				fmt.Fprintf(&text, "%s:\n  %s\n", c.name, line)
			}
			testkit.Golden(t, e.Name(), text.String())
		})
	}
}

// installed is a machine on which these engines answer.
func installed(names ...string) *run.Recorder {
	return answering(func(cmd run.Cmd) error {
		if slices.Contains(names, cmd.Path) {
			return nil
		}
		return run.ErrNotFound
	})
}

func TestTheFirstEngineThatAnswersIsTaken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		asked string
		has   []string
		want  string
	}{
		{"", []string{"docker", "podman", "buildah"}, "docker"},
		{"", []string{"podman", "buildah"}, "podman"},
		{"", []string{"buildah"}, "buildah"},
		{"buildah", []string{"docker", "buildah"}, "buildah"},
	} {
		e, err := matrix.FindEngine(t.Context(), installed(c.has...), c.asked)
		require.NoError(t, err)
		require.Equal(t, c.want, e.Name())
	}
}

func TestAMissingEngineIsToldWithWhatMendsIt(t *testing.T) {
	t.Parallel()
	var f *fault.Error
	_, err := matrix.FindEngine(t.Context(), installed("docker"), "podman")
	require.ErrorAs(t, err, &f)
	require.ErrorContains(t, err, "podman")
	require.Contains(t, f.Hint, "docs/containers.md")

	_, err = matrix.FindEngine(t.Context(), installed("docker"), "rkt")
	require.ErrorAs(t, err, &f)
	require.ErrorContains(t, err, "rkt")
	require.Contains(t, f.Hint, "docker, podman, buildah")

	_, err = matrix.FindEngine(t.Context(), installed(), "")
	require.ErrorContains(t, err, "docker")
	require.ErrorContains(t, err, "buildah", "each is named with why it does not serve")
}

func TestNoCommandOfAClientShowsTheHostsAddresses(t *testing.T) {
	t.Parallel()
	c := matrix.Container{Name: "x", Image: "i", Dir: "/src", Inherited: []string{"https_proxy=http://me:secret@proxy.example:1"}}
	for _, engine := range matrix.Engines {
		text := engine.Step(c, []string{"true"}).String()
		require.Contains(t, text, "--env https_proxy")
		if engine.Name() != "buildah" { // which wants the value
			require.NotContains(t, text, "secret", engine.Name())
		}
	}
}
