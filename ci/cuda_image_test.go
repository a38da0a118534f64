package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// cudaImage runs ci/cuda-image and returns what it printed.
func cudaImage(t *testing.T, environ []string, args ...string) (string, error) {
	t.Helper()
	_, err := os.ReadFile("cuda-image") // so that go test knows that its result hangs on it
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"cuda-image"}, args...)...)
	cmd.Env = append(os.Environ(), environ...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// The script reads the file by itself: what it would run is compared with what the reader of these tests sees.
func TestLocalRunHasEveryStepOfTheFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "it's here")
	out, err := cudaImage(t, nil, "--local", "--dry-run", "--dir", dir)
	require.NoError(t, err, out)
	require.NoDirExists(t, dir, "a dry run changes nothing")
	syntax := exec.CommandContext(t.Context(), "bash", "-n")
	syntax.Stdin = strings.NewReader(out)
	message, err := syntax.CombinedOutput()
	require.NoError(t, err, string(message))

	rest := out
	for _, in := range readDockerfile(t, cudaFile).all("RUN") {
		step := "exec /bin/sh -c '" + strings.ReplaceAll(in.text, "'", `'\''`) + "')\n"
		_, after, found := strings.Cut(rest, step)
		require.True(t, found, "line %d is not run, or not in its place: %s\n%s", in.line, step, out)
		rest = after
	}
	require.NotContains(t, rest, "/bin/sh -c", "a step that the file does not have")
	// The builder reaches a Debian mirror through apt-get: only the step that installs packages gets another one.
	require.Equal(t, 1, strings.Count(out, "/shim'"), out)
}

func TestLocalRunTakesOtherValuesAndRefusesUnknownOnes(t *testing.T) {
	t.Parallel()
	out, err := cudaImage(t, nil, "--local", "--dry-run", "--dir", "/x",
		"--build-arg", "ORT_CUDA_ARCHS=86;it's", "--build-arg", "ORT_CUDA_HOME=", "--env", "ORT_HOME=/kept")
	require.NoError(t, err, out)
	for _, line := range []string{
		`export ORT_CUDA_ARCHS='86;it'\''s'`, "export ORT_CUDA_HOME=''", "export ORT_HOME='/kept'",
		"export CCACHE_DIR='/x/cache/ccache'", "export ORT_VERSION='1.23.2'",
	} {
		require.Contains(t, out, line+"\n")
	}
	for _, args := range [][]string{
		{"--build-arg", "ORT_VERSON=1.21.0"},
		{"--env", "ORT_HOMES=/x"},
		{"--target", "nothing"},
		{"--build-arg", "ORT_VERSION"},
		{"--", "-v"},
	} {
		out, err := cudaImage(t, nil, append([]string{"--local", "--dry-run"}, args...)...)
		require.Error(t, err, "%v", args)
		require.Contains(t, out, "cuda-image: ", "%v", args)
	}
}

func TestSettingsFromOutsideDoNotReachTheSteps(t *testing.T) {
	t.Parallel()
	out, err := cudaImage(t, nil, "--local", "--dry-run", "--dir", "/x")
	require.NoError(t, err, out)
	before, _, found := strings.Cut(out, "echo 'cuda-image: ")
	require.True(t, found)
	cmd := exec.CommandContext(t.Context(), "bash")
	cmd.Stdin = strings.NewReader(before + "env\n")
	cmd.Env = append(os.Environ(), "ORT_FROM_OUTSIDE=a b", "PASSED=1")
	seen, err := cmd.Output()
	require.NoError(t, err)
	require.Contains(t, string(seen), "PASSED=1")
	require.NotContains(t, string(seen), "ORT_FROM_OUTSIDE")
}

func TestEnginesGetTheFileAndItsArguments(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	for _, engine := range []string{"docker", "podman", "buildah"} {
		fake := "#!/bin/sh\nprintf '%s|' " + engine + " \"$@\"\n"
		require.NoError(t, os.WriteFile(filepath.Join(bin, engine), []byte(fake), 0o755))
	}
	environ := []string{"PATH=" + bin + ":" + os.Getenv("PATH")}
	repository, err := filepath.Abs(root)
	require.NoError(t, err)
	file := filepath.Join(repository, cudaFile)
	rest := "-f|" + file + "|--target|result|--build-arg|ORT_JOBS=2|--output|type=local,dest=o|" + repository + "|"
	for engine, want := range map[string]string{
		"docker": "docker|build|", "podman": "podman|build|--format|docker|", "buildah": "buildah|bud|--format|docker|",
	} {
		out, err := cudaImage(t, environ, "--engine", engine, "--out", "o", "--build-arg", "ORT_JOBS=2")
		require.NoError(t, err, out)
		require.Equal(t, want+rest, out)
	}
	out, err := cudaImage(t, environ, "--target", "fetch", "--", "--network", "host")
	require.NoError(t, err, out)
	require.Equal(t, "docker|build|-f|"+file+"|--target|fetch|--network|host|"+repository+"|", out)
}

// The first stage for real: packages, Go and sources. The proof of providers runs all of them (build/consumer).
func TestFirstStageRunsOnThisMachine(t *testing.T) {
	t.Parallel()
	need(t, "apt-get")
	dir := t.TempDir()
	out, err := cudaImage(t, nil, "--local", "--target", "tools", "--dir", dir)
	require.NoError(t, err, out)
	require.FileExists(t, filepath.Join(dir, "src", "magefile.go"))
	require.FileExists(t, filepath.Join(dir, "src", "build", "settings", "settings.go"))
	require.FileExists(t, filepath.Join(dir, "usr", "local", "go", "bin", "go"))

	out, err = cudaImage(t, nil, "--local", "--target", "tools", "--dir", dir)
	require.Error(t, err, "a folder that is not empty")
	require.Contains(t, out, "is not empty")
}
