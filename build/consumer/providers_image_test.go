//go:build built && linux

package consumer_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// All steps of Dockerfile.cuda, with this machine's tools. What they build is what these tests were given, and they find
// it in the store: a step that builds something else would take half an hour.
func TestProvidersStepsOfTheCUDAImageGiveBothForms(t *testing.T) {
	t.Parallel()
	tree := needTree(t, sharedTree, "cuda")
	manifest, err := install.ReadManifest(filepath.Join(tree, install.ManifestFile))
	require.NoError(t, err)
	dir := t.TempDir()
	t.Cleanup(func() { makeWritable(t, dir) }) // the folders of a store are read-only
	args := []string{
		filepath.Join("..", "..", "ci", "cuda-image"), "--local", "--dir", filepath.Join(dir, "root"), "--out", filepath.Join(dir, "result"),
		"--build-arg", "ORT_VERSION=" + manifest.Version, "--build-arg", "ORT_CUDA_MINIMAL=1",
		"--build-arg", "ORT_CUDA_ARCHS=" + os.Getenv("ORT_CUDA_ARCHS"), "--build-arg", "ORT_CUDA_HOME=" + need(t, "ORT_TEST_CUDA_HOME"),
		"--env", "ORT_PROVIDERS=" + os.Getenv("ORT_PROVIDERS"),
		"--env", "ORT_HOME=" + filepath.Join(tree, "..", "..", "..", ".."), // home/store/entries/ID/out
	}
	for _, name := range []string{"GOMODCACHE", "GOCACHE"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		require.NoError(t, err)
		args = append(args, "--env", name+"="+strings.TrimSpace(string(value)))
	}
	out, err := exec.CommandContext(t.Context(), testkit.NeedTool(t, "bash"), args...).CombinedOutput()
	require.NoError(t, err, "%s", out)

	for form, variable := range map[string]string{"hybrid": sharedTree, "static": staticTree} {
		want, err := os.ReadFile(filepath.Join(need(t, variable), install.ManifestFile))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(dir, "result", form, install.ManifestFile))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), form)
	}
	require.FileExists(t, filepath.Join(dir, "result", "bundle.tar.zst"))
	require.Contains(t, string(out), "\nopened lib/libonnxruntime_providers_cuda.so\n")
	require.Contains(t, string(out), "\nopened lib/libcudart.so.")
	require.Contains(t, string(out), "and nothing is missing\n")
}

func makeWritable(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	}))
}
