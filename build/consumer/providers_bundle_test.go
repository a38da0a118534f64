//go:build built && linux

// This test needs the settings of a build with oneDNN in shared form, which is the last of its kind. "go tool mage test"
// gives them; by hand, after that build:
//
//	ORT_PROVIDERS=dnnl ORT_LINKING=shared ORT_VERSION=1.21.0 go test -tags built -run ^TestProvidersBundle ./build/consumer

package consumer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	targets "github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// A user's way: the variables of the last build, a program linked with them, a bundle of it, another machine.
func TestProvidersBundleRunsFromAnyFolder(t *testing.T) {
	t.Parallel()
	if os.Getenv(sharedTree) != "" {
		needTree(t, sharedTree, "dnnl")
	} else if !strings.Contains(os.Getenv("ORT_PROVIDERS"), "dnnl") {
		testkit.Skip(t, "ORT_PROVIDERS has no dnnl, and without a GPU nothing else can be run")
	}
	program := filepath.Join(t.TempDir(), "ortrun")
	buildWithLast(t, program, "./cmd/ortrun")
	made := filepath.Join(t.TempDir(), "made")
	_, err := target(t, "bundle", targets.Bundle(made, &program, nil, nil))
	require.NoError(t, err)
	require.FileExists(t, made+".tar.zst")

	moved := filepath.Join(t.TempDir(), "moved with spaces")
	require.NoError(t, os.Rename(made, moved))
	model := source(t, "chain.onnx")
	out, err := inEmptyWorld(t, filepath.Join(moved, "bin", "ortrun"), "run", model, "--provider", "dnnl")
	require.NoError(t, err, out)
	require.Contains(t, out, "DnnlExecutionProvider")
	require.Contains(t, out, "valid: no problems in 1 tensor")

	yes := true
	check := targets.Bundle(moved, nil, nil, &yes)
	out, err = target(t, "bundle", check)
	require.NoError(t, err)
	require.Contains(t, out, "opened bin/ortrun\n")
	require.Contains(t, out, "opened lib/libonnxruntime_providers_dnnl.so\n")
	require.Contains(t, out, "and nothing is missing\n")

	require.NoError(t, os.Remove(filepath.Join(moved, "lib", "libdnnl.so.3")))
	_, err = target(t, "bundle", check)
	require.ErrorContains(t, err, "check a bundle ("+moved+")")
	require.ErrorContains(t, err, "lib/libdnnl.so.3 is missing")
	require.ErrorContains(t, err, "lib/libonnxruntime_providers_dnnl.so needs libdnnl.so.3, which is not in the bundle")
	require.ErrorContains(t, err, "next: make the bundle anew")
	out, err = inEmptyWorld(t, filepath.Join(moved, "bin", "ortrun"), "run", model, "--provider", "dnnl")
	require.Error(t, err, "the machine's own was taken: %s", out)
	require.Contains(t, out, "libdnnl.so.3")

	takesLibrariesOfAProgramsOwn(t)
}

func takesLibrariesOfAProgramsOwn(t *testing.T) {
	t.Helper()
	folder := t.TempDir()
	code := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	program, library := filepath.Join(folder, "own"), filepath.Join(folder, "lib", "libown.so.1")
	require.NoError(t, os.Mkdir(filepath.Dir(library), 0o755))
	compile(t, "", library, "-shared", "-fPIC", "-Wl,-soname,libown.so.1", code("own.c", "int own(void) { return 0; }"))
	compile(t, "", program, code("main.c", "int own(void); int main(void) { return own(); }"), library)
	bundled := filepath.Join(t.TempDir(), "bundled")
	_, err := target(t, "bundle", targets.Bundle(bundled, &program, nil, nil))
	require.ErrorContains(t, err, "own needs libown.so.1: it is in no given folder")
	require.ErrorContains(t, err, "next: name the folders that have them: -libraries=")
	folders := "/nowhere:" + filepath.Dir(library)
	_, err = target(t, "bundle", targets.Bundle(bundled, &program, &folders, nil))
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(bundled, "lib", "libown.so.1"))
}

// target carries out a target with the settings of this process, and returns what it printed.
func target(t *testing.T, name string, work func(context.Context, *targets.Command) error, more ...string) (string, error) {
	t.Helper()
	var environ []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "ORT_TEST_") { // for other tests, and unknown to the settings
			environ = append(environ, entry)
		}
	}
	var out, progress bytes.Buffer
	err := targets.Outside{Environ: append(environ, more...), Out: &out, Progress: &progress}.Do(t.Context(), name, work)
	t.Log(progress.String())
	return out.String(), err
}

// buildWithLast builds a program of ortwrap with the variables that the target env prints.
func buildWithLast(t *testing.T, path, pkg string) {
	t.Helper()
	text, err := target(t, "env", targets.Env, "ORT_JSON=1")
	require.NoError(t, err)
	var vars []consumer.Variable
	require.NoError(t, json.Unmarshal([]byte(text), &vars))
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", path, pkg)
	cmd.Dir = examples(t, "..")
	cmd.Env = append(os.Environ(), consumer.Environ(vars, os.Environ())...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// inEmptyWorld runs a program in an empty folder without any environment, and returns all that it wrote.
func inEmptyWorld(t *testing.T, argv ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = t.TempDir(), []string{}
	out, err := cmd.CombinedOutput()
	return string(out), err
}
