//go:build built && linux

package consumer_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"al.essio.dev/pkg/shellescape"
	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/ci/markdown"
)

// stranger is the environment of somebody who has done nothing yet: of what "go tool mage test" sets nothing is left. The
// release is the one that has been built, and the network is shut, so that the tutorial's build is found in the store.
func stranger(t *testing.T) []string {
	t.Helper()
	tree := filepath.Dir(os.Getenv("ORT_LIB_LOCATION"))
	manifest, err := install.ReadManifest(filepath.Join(tree, install.ManifestFile))
	require.NoError(t, err, "ORT_LIB_LOCATION is not set: eval \"$(go tool mage env)\"")
	env := []string{"ORT_VERSION=" + manifest.Version, "ORT_OFFLINE=1"}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		switch name {
		case "PKG_CONFIG_PATH", "CMAKE_PREFIX_PATH", "ORT_LIB_LOCATION", "CGO_ENABLED", "CGO_CPPFLAGS":
		default:
			env = append(env, entry)
		}
	}
	return env
}

// needBuiltAsTold skips a test where the store does not have what the tutorial builds, which would take half an hour.
func needBuiltAsTold(t *testing.T, root string, env []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "tool", "mage", "explain")
	cmd.Dir, cmd.Env = root, env
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "nothing changed") {
		testkit.Skip(t, fmt.Sprintf("the library was not built as the tutorial says: %s %v", out, err))
	}
}

// end is printed after each block, so that its output is told from that of others.
const end = "--- end of block"

// script joins the blocks. The checkout is a link to this repository in the place of a clone.
func script(blocks []markdown.Block, root string) string {
	text := "set -eu\ngit() { test \"$1\" = clone; ln -s " + shellescape.Quote(root) + " \"$(basename \"$2\")\"; }\n"
	for _, b := range blocks {
		switch {
		case b.Language == "sh":
			text += b.Text
		case b.File != "":
			text += "cat > " + b.File + " <<'" + end + "'\n" + b.Text + end + "\n"
		}
		text += "echo '" + end + "'\n"
	}
	return text
}

func TestTheTutorialWorksAsWritten(t *testing.T) {
	t.Parallel()
	bash := testkit.NeedTool(t, "bash")
	testkit.NeedTool(t, "ldd")
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(root, "docs", "tutorial.md"))
	require.NoError(t, err)
	blocks := markdown.Blocks(string(text))
	env := stranger(t)
	needBuiltAsTold(t, root, env)

	cmd := exec.CommandContext(t.Context(), bash)
	cmd.Dir, cmd.Env = t.TempDir(), env
	cmd.Stdin = strings.NewReader(script(blocks, root))
	var progress strings.Builder
	cmd.Stderr = &progress
	out, err := cmd.Output()
	require.NoError(t, err, "%s%s", out, progress.String())
	outputs := strings.Split(string(out), end+"\n")
	require.Len(t, outputs, len(blocks)+1)
	seen := 0
	for i, b := range blocks {
		if b.Language == "output" {
			require.Equal(t, b.Text, outputs[i-1], "line %d", b.Line)
			seen++
		}
	}
	require.NotZero(t, seen)
	facts, err := audit.Program(filepath.Join(cmd.Dir, "digit", "digit"))
	require.NoError(t, err)
	require.Empty(t, facts.Needed, "the last program needs nothing")
	require.False(t, facts.ExecutableStack)
}
