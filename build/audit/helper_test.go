package audit_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

var runner = &run.Exec{Env: []string{"PATH=/usr/bin:/bin"}}

func command(t *testing.T, dir, path string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

// source is a file to compile; the ending of its name says the language.
type source struct{ name, text string }

// library compiles sources and returns the input of an audit of the archive that has the objects.
func library(t *testing.T, sources ...source) audit.Input {
	t.Helper()
	cxx, ar := testkit.NeedTool(t, "c++"), testkit.NeedTool(t, "ar")
	dir := t.TempDir()
	args := []string{"rcs", "libtest.a"}
	for _, s := range sources {
		require.NoError(t, os.WriteFile(filepath.Join(dir, s.name), []byte(s.text), 0o600))
		if filepath.Ext(s.name) != ".txt" {
			command(t, dir, cxx, "-fPIC", "-c", "-o", s.name+".o", s.name)
		} else {
			require.NoError(t, os.Rename(filepath.Join(dir, s.name), filepath.Join(dir, s.name+".o")))
		}
		args = append(args, s.name+".o")
	}
	command(t, dir, ar, args...)
	return input(t, filepath.Join(dir, "libtest.a"))
}

func input(t *testing.T, path string) audit.Input {
	t.Helper()
	contents, err := archive.Read(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	part := archive.Part{
		Name: filepath.Base(path), Component: "test", Members: len(contents.Members), Bytes: contents.Bytes(),
	}
	return audit.Input{
		Archive: path, CXX: "c++", Platform: spec.Host(),
		Stats: archive.Stats{Parts: []archive.Part{part}, Members: len(contents.Members), Bytes: info.Size()},
	}
}
