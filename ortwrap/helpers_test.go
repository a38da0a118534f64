package ortwrap_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

// moduleDir is the folder of onnxruntime_go, whose test models and C code the tests use.
func moduleDir(t *testing.T) string {
	t.Helper()
	dir, err := findModule()
	require.NoError(t, err)
	return dir
}

var findModule = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yalue/onnxruntime_go").Output()
	return strings.TrimSpace(string(out)), err
})

// upstream is the path of a model that comes with onnxruntime_go.
func upstream(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(moduleDir(t), "test_data", name)
}

// open opens a model of testdata for the time of the test.
func open(t *testing.T, name string) *ortwrap.Session {
	t.Helper()
	return openPath(t, filepath.Join("testdata", name))
}

func openPath(t *testing.T, path string) *ortwrap.Session {
	t.Helper()
	session, err := ortwrap.CreateSession(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, session.Close()) })
	return session
}

// own destroys a value at the end of the test.
func own[V ortwrap.Value](t *testing.T, v V, err error) V {
	t.Helper()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Destroy()) })
	return v
}

func newTensor[T ortwrap.TensorData](t *testing.T, shape ortwrap.Shape, data ...T) *ortwrap.Tensor[T] {
	t.Helper()
	v, err := ortwrap.NewTensor(shape, data)
	return own(t, v, err)
}

// runOne runs a model with one output.
func runOne(t *testing.T, session *ortwrap.Session, inputs ...ortwrap.Value) ortwrap.Value {
	t.Helper()
	outputs, err := session.Run(t.Context(), inputs...)
	require.NoError(t, err)
	require.Len(t, outputs, 1)
	if outputs[0] == nil {
		return nil
	}
	return own(t, outputs[0], nil)
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return data
}

// alone runs the rest of a test in a process of its own, with changes of its environment: this test program, started
// again with one test. It returns false in the test itself, which has nothing more to do then.
func alone(t *testing.T, environment ...string) bool {
	t.Helper()
	if os.Getenv(aloneVariable) == t.Name() {
		return true
	}
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	command := platformtest.Command(t.Context(), self, "-test.v",
		"-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")
	command.Env = append(append(os.Environ(), aloneVariable+"="+t.Name()), environment...)
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name())
	return false
}
