package isolate_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/isolate"
)

// bench compiles in a folder of its own.
type bench struct {
	t                *testing.T
	dir              string
	cxx, ld, objcopy string
	runner           run.Runner
}

func newBench(t *testing.T) *bench {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("providers are isolated in ELF objects only")
	}
	read(t, filepath.Join("testdata", "bridge.h"))
	read(t, filepath.Join("testdata", "names.h"))
	return &bench{
		t: t, dir: t.TempDir(), runner: &run.Exec{Env: os.Environ()},
		cxx: testkit.NeedTool(t, "g++"), ld: testkit.NeedTool(t, "ld"), objcopy: testkit.NeedTool(t, "objcopy"),
	}
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// read opens a file that only the compiler reads otherwise: go test runs a test again when such a file has changed.
func read(t *testing.T, path string) {
	t.Helper()
	_, err := os.ReadFile(path)
	require.NoError(t, err)
}

// compile makes an object of a source file, which may be of testdata.
func (b *bench) compile(source string, args ...string) string {
	b.t.Helper()
	read(b.t, source)
	out := b.path(strings.TrimSuffix(filepath.Base(source), ".cc") + ".o")
	b.do(b.cxx, append([]string{"-std=c++17", "-O1", "-fPIC", "-I", "testdata", "-c", source, "-o", out}, args...)...)
	return out
}

// text makes an object of a text.
func (b *bench) text(name, text string, args ...string) string {
	b.t.Helper()
	require.NoError(b.t, os.WriteFile(b.path(name), []byte(text), 0o644))
	return b.compile(b.path(name), args...)
}

func (b *bench) entry() string {
	b.t.Helper()
	return b.compile("../cmake/providers/provider_entry.cc", "-DBUILDER_PROVIDER=toy")
}

func (b *bench) do(program string, args ...string) string {
	b.t.Helper()
	out, err := run.Output(b.t.Context(), b.runner, run.Cmd{Path: program, Args: args})
	require.NoError(b.t, err, "%s %s", program, strings.Join(args, " "))
	return out
}

func (b *bench) input(objects ...string) isolate.Input {
	return isolate.Input{
		Name: "toy", Objects: objects, Output: b.path("isolated.o"), LD: b.ld, Objcopy: b.objcopy,
	}
}
