package matrix_test

import (
	"errors"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

// The rows of this repository, run as far as that goes without their systems. What an engine is told of each is what the
// data file says.
func TestEveryRowRunsAsTheFileSays(t *testing.T) {
	t.Parallel()
	m, err := matrix.Load("../..")
	require.NoError(t, err)
	commands := map[string]string{}
	for _, s := range m.Steps {
		commands[s.Name] = s.Command
	}
	for _, row := range m.Rows {
		for _, engine := range matrix.Engines {
			for _, local := range []bool{true, false} {
				t.Run(row.Name+" "+engine.Name()+" local="+strconv.FormatBool(local), func(t *testing.T) {
					t.Parallel()
					told := tell(t, m, row, engine.Name(), local)
					base := row.Base
					if local && row.Local != "" {
						base = row.Local
					}
					image := "localhost/onnxruntime-builder/" + row.Name
					require.Len(t, told.builds, 1)
					build := told.builds[0]
					require.Equal(t, []string{"BASE=" + base}, options(build, "--build-arg"))
					require.Equal(t, []string{image}, options(build, "--tag"))
					require.Equal(t, row.Stage, strings.Join(options(build, "--target"), " "))
					file := strings.Join(options(build, "--file"), " ")
					require.True(t, strings.HasSuffix(file, "/"+row.File), "%s is not %s", file, row.File)
					require.Equal(t, filepath.Dir(file), build.Args[len(build.Args)-1], "what it may copy from")

					require.Len(t, told.steps, len(row.Steps))
					for i, name := range row.Steps {
						require.True(t, strings.HasSuffix(" "+strings.Join(told.steps[i].Args, " "), " "+commands[name]), name)
						require.Equal(t, variablesOf(row), ours(told.steps[i]), name)
						require.True(t, does(told.steps[i], image) || told.from == image, "step %s is not in the image of its row", name)
					}
				})
			}
		}
	}
}

// telling is what an engine was told of one row.
type telling struct {
	builds, steps []run.Cmd
	from          string // image of the container that buildah makes once for all steps
}

// tell runs one row with an engine that does nothing. Images of the row's own machine are here, or not.
func tell(t *testing.T, m matrix.Matrix, row matrix.Row, engine string, local bool) (told telling) {
	t.Helper()
	recorder := answering(func(cmd run.Cmd) error {
		if !local && does(cmd, "inspect") && strings.HasPrefix(cmd.Args[len(cmd.Args)-1], "localhost/") {
			return errors.New("no such image")
		}
		return nil
	})
	r, _ := newRunner(t, engine, recorder, 64)
	steps, err := m.ChooseSteps(nil)
	require.NoError(t, err)
	results, err := r.Run(t.Context(), m, []matrix.Row{row}, steps)
	require.NoError(t, err)
	require.NoError(t, matrix.Verdict(results, true))
	for _, cmd := range recorder.Commands() {
		switch {
		case cmd.Path != engine:
		case cmd.Args[0] == "build":
			told.builds = append(told.builds, cmd)
		case cmd.Args[0] == "run":
			told.steps = append(told.steps, cmd)
		case cmd.Args[0] == "from":
			told.from = cmd.Args[len(cmd.Args)-1]
		}
	}
	return told
}

// options returns the values of an option that may be repeated.
func options(cmd run.Cmd, name string) (values []string) {
	for i, arg := range cmd.Args {
		if arg == name {
			values = append(values, cmd.Args[i+1])
		}
	}
	return values
}

// variablesOf are the settings of a row on a machine that adds none.
func variablesOf(row matrix.Row) map[string]string {
	jobs := min(row.Memory/2, 8) // the machine has 8 cores
	values := map[string]string{"ORT_HOME": "/cache/builder", "ORT_VERSION": row.Release, "ORT_JOBS": strconv.Itoa(jobs)}
	if row.Target != "" {
		values["ORT_TARGET"] = row.Target
	}
	if len(row.Providers) > 0 {
		values["ORT_PROVIDERS"] = strings.Join(row.Providers, ",")
	}
	maps.Copy(values, row.Environment)
	return values
}

// ours are the variables of a step that are the builder's settings.
func ours(step run.Cmd) map[string]string {
	values := map[string]string{}
	for _, entry := range options(step, "--env") {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "ORT_") {
			values[name] = value
		}
	}
	return values
}
