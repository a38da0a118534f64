package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

// containers is the folder of the files that are made for the matrix alone.
const containers = "ci/containers"

func loadMatrix(t *testing.T) matrix.Matrix {
	t.Helper()
	m, err := matrix.Load(root)
	require.NoError(t, err)
	return m
}

func TestEveryRowHasAContainerfileWithItsStage(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, row := range loadMatrix(t).Rows {
		d := readDockerfile(t, row.File)
		used[filepath.Base(row.File)] = true
		var stages []string
		for _, in := range d.all("FROM") {
			stages = append(stages, in.stage)
		}
		if row.Stage != "" {
			require.Contains(t, stages, row.Stage, row.Name)
		}
		require.NotEmpty(t, d.args["BASE"], "%s has no ARG BASE, by which the row's image reaches it", row.File)
		require.True(t, slices.ContainsFunc(d.all("FROM"), func(in instruction) bool {
			return strings.HasPrefix(in.text, "${BASE} AS ")
		}), "%s: no stage begins with ${BASE}", row.File)
	}
	files, err := os.ReadDir(filepath.Join(root, containers))
	require.NoError(t, err)
	for _, file := range files {
		require.True(t, used[file.Name()], "no row uses %s", file.Name())
	}
}

func TestContainerfilesOfTheMatrixHoldASystemAndNothingOfThisRepository(t *testing.T) {
	t.Parallel()
	rows := loadMatrix(t).Rows
	for _, row := range rows {
		if !strings.HasPrefix(row.File, containers+"/") {
			continue
		}
		d := readDockerfile(t, row.File)
		require.Empty(t, d.all("COPY"), "%s: what is mounted is what is built", row.File)
		require.True(t, slices.ContainsFunc(rows, func(r matrix.Row) bool { return r.File == row.File && r.Base == d.args["BASE"] }),
			"%s: its default base is that of no row", row.File)
		require.Contains(t, strings.Split(d.environment()["PATH"], ":"), "/usr/local/go/bin", "%s: Go is mounted there", row.File)
		require.Equal(t, "/src", d.instructions[len(d.instructions)-1].text, row.File)
		for _, in := range d.all("RUN") {
			require.Empty(t, in.mount, "%s: line %d", row.File, in.line)
			cmd := exec.CommandContext(t.Context(), "sh", "-n")
			cmd.Stdin = strings.NewReader(in.text)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s: line %d: %s", row.File, in.line, out)
		}
	}
}

// The image for CUDA keeps its caches where the rows have them.
func TestTheImageForCUDAAndItsRowAgree(t *testing.T) {
	t.Parallel()
	d := readDockerfile(t, cudaFile)
	for _, row := range loadMatrix(t).Rows {
		if row.File == cudaFile { // podman and buildah want the registry in front
			require.Equal(t, "docker.io/"+d.args["BASE"], row.Base)
			require.Equal(t, d.args["ORT_VERSION"], row.Release)
		}
	}
	env := d.environment()
	inside := matrix.Host{}.Environment(matrix.Row{})
	for _, name := range []string{"ORT_HOME", "CCACHE_DIR", "GOCACHE", "MAGEFILE_CACHE", "GOTOOLCHAIN"} {
		require.Contains(t, inside, name+"="+env[name])
	}
}

func TestStepsOfTheMatrixAreTargetsAndPackagesThatExist(t *testing.T) {
	t.Parallel()
	magefile, err := os.ReadFile(filepath.Join(root, "magefile.go"))
	require.NoError(t, err)
	for _, step := range loadMatrix(t).Steps {
		words := strings.Fields(step.Command)
		if words[1] == "test" {
			for _, dir := range words[2:] {
				require.DirExists(t, filepath.Join(root, dir), step.Name)
			}
			continue
		}
		name := strings.ToUpper(words[3][:1]) + words[3][1:]
		require.Contains(t, string(magefile), "\nfunc "+name+"(ctx", "step %s: there is no target %s", step.Name, words[3])
	}
}

func TestLocalBasesAreThoseThatTheScriptMakes(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("bases")
	require.NoError(t, err)
	suites := regexp.MustCompile(`(?m)^# A SUITE is (.*)$`).FindStringSubmatch(string(script))
	require.NotNil(t, suites)
	for _, row := range loadMatrix(t).Rows {
		if row.Local != "" {
			suite, ok := strings.CutPrefix(row.Local, "localhost/debian:")
			require.True(t, ok, row.Local)
			require.Contains(t, suites[1], suite)
		}
	}
}

// The page says of each row what was run: it must say what the data file says.
func TestDocsTellOfEveryRowWhatWasRun(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "containers.md"))
	require.NoError(t, err)
	for _, row := range loadMatrix(t).Rows {
		line := "| `" + row.Name + "` | " + row.System + " | " + row.Glibc + " | " + row.Compiler + " | " + row.Release + " | " + row.Proven + " |"
		require.Contains(t, string(text), line, "docs/containers.md is stale")
	}
}
