package matrix_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

// small is a matrix with two steps and two rows.
const small = `
[[step]]
name = "doctor"
command = "go tool mage doctor"
[[step]]
name = "build"
command = "go tool mage buildCpu"

[[row]]
name = "old"
system = "Old 1"
glibc = "2.31"
compiler = "zig"
base = "registry.example/old:1"
local = "localhost/old:1"
file = "ci/containers/x.Containerfile"
target = "linux/amd64/glibc2.28"
providers = ["dnnl"]
release = "1.21.0"
environment = { ORT_LINKING = "shared" }
steps = ["doctor", "build"]
hosted = true
memory = 8
proven = "never run"

[[row]]
name = "new"
system = "New 2"
glibc = "none"
compiler = "GCC 15"
base = "registry.example/new:2"
file = "ci/containers/x.Containerfile"
stage = "tools"
release = "1.23.2"
steps = ["build"]
memory = 4
proven = "never run"
`

// parse reads a matrix that is good.
func parse(t *testing.T, text string) matrix.Matrix {
	t.Helper()
	m, err := matrix.Parse([]byte(text))
	require.NoError(t, err)
	return m
}

func TestTheMatrixOfThisRepositoryCanBeRun(t *testing.T) {
	t.Parallel()
	m, err := matrix.Load("../..")
	require.NoError(t, err)
	for _, system := range []string{"Debian 11", "Debian 12", "Debian 13", "Debian testing", "Ubuntu 22.04", "Ubuntu 24.04", "AlmaLinux 8", "Alpine", "CUDA"} {
		found := false
		for _, r := range m.Rows {
			found = found || strings.Contains(r.System, system)
		}
		require.True(t, found, "there is no row of %s", system)
	}
}

func TestAMatrixThatCannotBeRunIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, replaced, want string }{
		"unknown field":            {`hosted = true`, "hosted = true\nhostedd = true", "hostedd"},
		"wrong type":               {`memory = 8`, `memory = "8"`, "Memory"},
		"no memory":                {`memory = 8`, ``, "memory is 0 gigabytes"},
		"row named twice":          {`name = "new"`, `name = "old"`, `row "old": its name is not a new word`},
		"name that is no word":     {`name = "new"`, `name = "new row"`, `row "new row": its name is not a new word`},
		"step named twice":         {`name = "build"`, `name = "doctor"`, `step "doctor": its name is not a new word`},
		"step of a shell":          {`go tool mage doctor`, `go tool mage doctor; true`, "is not a command of this repository"},
		"step of another program":  {`go tool mage doctor`, `make doctor`, "is not a command of this repository"},
		"unknown step":             {`steps = ["build"]`, `steps = ["biuld"]`, `row "new": there is no step "biuld"`},
		"steps out of order":       {`steps = ["doctor", "build"]`, `steps = ["build", "doctor"]`, `step "doctor" is out of order`},
		"no steps":                 {`steps = ["build"]`, `steps = []`, "it has no steps"},
		"no platform":              {`linux/amd64/glibc2.28`, `linux`, `"linux" is not a platform`},
		"no glibc":                 {`glibc = "2.31"`, `glibc = "new"`, `glibc "new"`},
		"file elsewhere":           {`file = "ci/containers/x.Containerfile"`, `file = "../x"`, `file "../x"`},
		"no word on what was run":  {`proven = "never run"`, `proven = ""`, "proven is empty"},
		"variable that is a field": {`ORT_LINKING = "shared"`, `ORT_TARGET = "linux/arm64"`, "ORT_TARGET is not for environment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, small, c.old)
			_, err := matrix.Parse([]byte(strings.Replace(small, c.old, c.replaced, 1)))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := matrix.Parse(nil)
	require.ErrorContains(t, err, "it has no rows")
}

func TestAMissingMatrixIsToldWithItsPath(t *testing.T) {
	t.Parallel()
	_, err := matrix.Load(t.TempDir())
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.On, "matrix.toml")
	require.NotEmpty(t, f.Hint)
}

func TestRowsAreChosenByName(t *testing.T) {
	t.Parallel()
	m := parse(t, small)
	for _, c := range []struct {
		names []string
		want  []string
	}{
		{nil, []string{"old", "new"}},
		{[]string{"new"}, []string{"new"}},
		{[]string{"new", " old"}, []string{"old", "new"}},
		{[]string{"o*"}, []string{"old"}},
		{[]string{"*"}, []string{"old", "new"}},
	} {
		rows, err := m.Choose(c.names)
		require.NoError(t, err)
		var got []string
		for _, r := range rows {
			got = append(got, r.Name)
		}
		require.Equal(t, c.want, got, "%v", c.names)
	}
	_, err := m.Choose([]string{"old", "odl"})
	require.ErrorContains(t, err, "ROWS=odl")
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.Hint, "old, new", "those that there are")
	_, err = m.ChooseSteps([]string{"test"})
	require.ErrorContains(t, err, "STEPS=test")
}

func TestARowHasItsStepsInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	m := parse(t, small)
	steps := func(row int, names ...string) (got []string) {
		chosen, err := m.ChooseSteps(names)
		require.NoError(t, err)
		for _, s := range m.StepsOf(m.Rows[row], chosen) {
			got = append(got, s.Name)
		}
		return got
	}
	require.Equal(t, []string{"doctor", "build"}, steps(0))
	require.Equal(t, []string{"doctor"}, steps(0, "doctor"))
	require.Empty(t, steps(1, "doctor"), "it has no such step")

	rows, err := m.Having(m.Rows, []string{"doctor"})
	require.NoError(t, err)
	require.Equal(t, m.Rows[:1], rows, "a row without steps would pass for nothing")
	_, err = m.Having(m.Rows[1:], []string{"doctor"})
	require.ErrorContains(t, err, "STEPS=doctor")
}
