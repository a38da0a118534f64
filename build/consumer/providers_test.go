//go:build built && linux

// The tests of providers need two finished builds of one compile with more providers than the CPU's, one in each form of
// linking. "go tool mage test" makes them, and sets these variables:
//
//	ORT_TEST_SHARED_TREE   install tree with the providers as shared libraries
//	ORT_TEST_STATIC_TREE   install tree with the providers in the archive
//	ORT_TEST_LOOSE         archive of the oneDNN provider's objects, not isolated
//	ORT_TEST_LIBRARY_PATH  folders of the shared libraries that the trees need beside their own; may be empty
//	ORT_TEST_CUDA_HOME     home of the CUDA toolkit that the trees were made with, if they have the provider

package consumer_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

const (
	sharedTree = "ORT_TEST_SHARED_TREE"
	staticTree = "ORT_TEST_STATIC_TREE"
	looseFile  = "ORT_TEST_LOOSE"
)

// bothForms are the variables with a tree, by the name of its form.
var bothForms = map[string]string{"shared": sharedTree, "static": staticTree}

// need returns what a variable names.
func need(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		testkit.Skip(t, variable+" is not set, go tool mage test does it")
	}
	return path
}

// needTree returns the tree that a variable names, if it has a provider.
func needTree(t *testing.T, variable, provider string) string {
	t.Helper()
	tree := need(t, variable)
	if !slices.Contains(providers(t, tree), provider) {
		t.Skipf("the tree was built without the provider %s", provider)
	}
	return tree
}

// providers lists the providers that a tree says it has.
func providers(t *testing.T, tree string) []string {
	t.Helper()
	manifest, err := install.ReadManifest(filepath.Join(tree, install.ManifestFile))
	require.NoError(t, err)
	return manifest.Providers
}

// source returns the path of a file of these tests.
func source(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "providers", name))
	require.NoError(t, err)
	return path
}

// flags returns what pkg-config says of a tree.
func flags(t *testing.T, tree string, args ...string) []string {
	t.Helper()
	return strings.Fields(command(t, tree, "", append(append([]string{pkgConfig()}, args...), "libonnxruntime")...))
}

// link makes the program out of arguments for the C compiler, which come before those of pkg-config.
func link(t *testing.T, tree string, args ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	compile(t, tree, program, append(args, flags(t, tree, "--cflags", "--libs")...)...)
	return program
}

func compile(t *testing.T, tree, out string, args ...string) {
	t.Helper()
	argv := []string{testkit.NeedTool(t, "cc"), "-O1", "-Wall", "-Wextra", "-Werror", "-o", out}
	command(t, tree, "", append(argv, args...)...)
}

// ran is what is known of a program that ended.
type ran struct {
	facts map[string][]string // what it printed, "word value" a line
	log   string              // what it wrote to standard error
	err   error
	cpu   time.Duration // that it used
}

// start runs a program of these tests in an empty folder.
func start(t *testing.T, env []string, argv ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	return finish(t, cmd, env, cmd.Run)
}

// finish runs a command by do.
func finish(t *testing.T, cmd *exec.Cmd, env []string, do func() error) ran {
	t.Helper()
	var out, log bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.TempDir(), &out, &log
	cmd.Env = append(os.Environ(), env...)
	r := ran{facts: map[string][]string{}, err: do()}
	r.log = log.String()
	if cmd.ProcessState != nil {
		r.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	for line := range strings.Lines(out.String()) {
		word, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		r.facts[word] = append(r.facts[word], value)
	}
	return r
}

// use runs use.c, which must succeed: its numbers are as the CPU's.
func use(t *testing.T, program string, args ...string) ran {
	t.Helper()
	r := start(t, nil, append([]string{program, source(t, "chain.onnx"), "dnnl"}, args...)...)
	require.NoError(t, r.err, "%v\n%s", r.facts, r.log)
	return r
}

// requireOnProvider checks a run of use.c: no node of the model was left to the CPU.
func requireOnProvider(t *testing.T, r ran) {
	t.Helper()
	require.NoError(t, r.err, "%v\n%s", r.facts, r.log)
	require.Contains(t, r.log, "All nodes placed on [DnnlExecutionProvider]")
	require.Len(t, r.facts["digest"], 1)
}

// libraryPath is the environment in which a program finds the libraries that the trees need.
func libraryPath(tree string) []string {
	folders := filepath.SplitList(os.Getenv("ORT_TEST_LIBRARY_PATH"))
	return consumer.Environ(consumer.Environment(tree, "", folders...), nil)
}
