package ci

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

func TestWorkflowIsWhatTheMatrixGives(t *testing.T) { //nolint:paralleltest // it may write what the others read
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
	text := readWorkflow(t)
	for _, row := range loadMatrix(t).Rows {
		require.Equal(t, row.Hosted, strings.Contains(text, "          - "+row.Name+"\n"), row.Name)
	}
}

func readWorkflow(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(matrix.WorkflowFile)))
	require.NoError(t, err)
	return string(text)
}

// jobs returns the text of each job.
func jobs(t *testing.T, workflow string) map[string]string {
	t.Helper()
	_, text, found := strings.Cut(workflow, "\njobs:\n")
	require.True(t, found)
	heads := regexp.MustCompile(`(?m)^  ([\w-]+):\n`).FindAllStringSubmatchIndex(text, -1)
	list := map[string]string{}
	for i, head := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		list[text[head[2]:head[3]]] = text[head[1]:end]
	}
	return list
}

// commands returns what a job runs, in order.
func commands(job string) (list []string) {
	for _, found := range regexp.MustCompile(`(?m)^ +(?:- )?run: (.+)$`).FindAllStringSubmatch(job, -1) {
		list = append(list, found[1])
	}
	return list
}

// A command that needs a build fails without one where CI is set, so it stands behind one in the same job.
func TestWorkflowRunsEverythingAndBuildsFirst(t *testing.T) {
	t.Parallel()
	const tests = "go tool mage test"
	behindTests := []string{"go tool mage lint", "go tool mage ci:fuzz", "go tool mage ci:vuln"}
	missing := append([]string{tests, "go tool mage ci:matrix", "ci/macos"}, behindTests...)
	for name, job := range jobs(t, readWorkflow(t)) {
		list := commands(job)
		for i, command := range list {
			missing = slices.DeleteFunc(missing, func(m string) bool { return m == command })
			if slices.Contains(behindTests, command) {
				require.Contains(t, list[:i], tests, "job %s: %s needs the build that the tests make", name, command)
				require.Contains(t, job, "        if: ${{ !cancelled() }}\n        run: "+command+"\n", "job %s: a failure before it hides it", name)
			}
		}
	}
	require.Empty(t, missing, "no job runs them")
}

// In CI a CUDA toolkit and linkers are taken from Debian's archive, and tests mount small disks.
func TestWorkflowTestsOnDebian(t *testing.T) {
	t.Parallel()
	job := jobs(t, readWorkflow(t))["test"]
	require.Contains(t, job, "      options: --privileged\n")
	image := regexp.MustCompile(`(?m)^    container:\n      image: (\S+)$`).FindStringSubmatch(job)
	require.NotNil(t, image, "it has no container")
	for _, row := range loadMatrix(t).Rows {
		if row.Name == "debian-12" {
			require.Equal(t, row.Base, image[1], "the system of the row")
		}
	}
}
