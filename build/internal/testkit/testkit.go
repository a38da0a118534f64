// Package testkit has what tests of several packages share. Only tests import it.
package testkit

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files with what the tests got")

// NeedTool skips the test when a program is not in PATH, and fails it in CI, where everything must be tested.
func NeedTool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	Skip(t, name+" is not in PATH")
	return ""
}

// Skip skips the test on a laptop and fails it in CI.
func Skip(t testing.TB, reason string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s: this may be left out on a laptop, not in CI", reason)
	}
	t.Skip(reason)
}

// Golden compares got with testdata/NAME.golden; -update writes it instead.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	require.Equal(t, string(want), got)
}
