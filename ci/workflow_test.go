package ci

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

func TestWorkflowIsWhatTheMatrixGives(t *testing.T) {
	t.Parallel()
	want, err := matrix.Workflow(loadMatrix(t))
	require.NoError(t, err)
	path := filepath.Join(root, filepath.FromSlash(matrix.WorkflowFile))
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, want, 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "stale: go test ./ci -run Workflow -update")
}

func TestWorkflowsUseActionsByTheHashOfACommitAndMayChangeNothing(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, found := range regexp.MustCompile(`(?m)uses:\s*(.*)$`).FindAllStringSubmatch(string(text), -1) {
			require.Regexp(t, `^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`, found[1], path)
		}
		require.Regexp(t, `(?m)^permissions:\n  contents: read\n\n`, string(text), path)
		require.NotContains(t, string(text), "write-all", path)
		require.NotRegexp(t, `(?m)^\s+\w[\w-]*: write$`, string(text), path)
		require.Equal(t, strings.Count(string(text), "actions/checkout@"), strings.Count(string(text), "persist-credentials: false"), path)
		require.Equal(t, strings.Count(string(text), "runs-on:"), strings.Count(string(text), "timeout-minutes:"), path)
	}
}

func TestWorkflowHasAJobForEachRowThatIsHosted(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(matrix.WorkflowFile)))
	require.NoError(t, err)
	for _, row := range loadMatrix(t).Rows {
		require.Equal(t, row.Hosted, strings.Contains(string(text), "          - "+row.Name+"\n"), row.Name)
	}
	for _, command := range []string{"test", "ci:matrix", "ci:fuzz", "ci:vuln"} {
		require.Contains(t, string(text), "- run: go tool mage "+command+"\n")
	}
	require.Contains(t, string(text), "- run: ci/macos\n")
}
