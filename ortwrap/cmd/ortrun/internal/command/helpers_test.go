package command_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

const (
	root   = "../../../.." // of the module
	digits = root + "/examples/digits/digits.onnx"
)

// TestMain makes sure that no command leaves a goroutine behind, not even one that was interrupted.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testModel is the path of a model of ortwrap's own tests.
func testModel(name string) string { return root + "/testdata/" + name }

// upstream is the path of a model that comes with onnxruntime_go.
func upstream(t *testing.T, name string) string {
	t.Helper()
	dir, err := findModule()
	require.NoError(t, err)
	return filepath.Join(dir, "test_data", name)
}

var findModule = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yalue/onnxruntime_go").Output()
	return strings.TrimSpace(string(out)), err
})

// message is a field of protobuf's wire format (field number * 8 + wire type) with a length and that many bytes.
func message(field byte, parts ...string) string {
	body := strings.Join(parts, "")
	return string(binary.AppendUvarint([]byte{field<<3 | 2}, uint64(len(body)))) + body
}

// number is a field with a number.
func number(field, n byte) string { return string([]byte{field << 3, n}) }

// onnx is a model whose graph has these fields.
func onnx(graph ...string) string {
	return number(1, 8) + message(7, append(graph, message(2, "graph"))...) + message(8, number(2, 17))
}

// float32s describes an input or output: dimensions are number(1, size) or message(2, name).
func float32s(name string, dims ...string) string {
	var shape []string
	for _, d := range dims {
		shape = append(shape, message(1, d))
	}
	return message(1, name) + message(2, message(1, number(1, 1), message(2, shape...)))
}

// result is what a command left behind.
type result struct {
	code     int
	out, err string
}

// ortrun runs a whole command in this process.
func ortrun(t *testing.T, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	code := command.Run(t.Context(), args, command.Streams{Out: &out, Err: &err})
	return result{code, out.String(), err.String()}
}

// good is the output of a command that has to succeed.
func good(t *testing.T, args ...string) string {
	t.Helper()
	r := ortrun(t, args...)
	require.Equal(t, command.ExitOK, r.code, r.err)
	return r.out
}

// bad is the one line that a command has to fail with.
func bad(t *testing.T, code int, args ...string) string {
	t.Helper()
	r := ortrun(t, args...)
	require.Equal(t, code, r.code, r.out+r.err)
	lines := strings.Split(strings.TrimSuffix(r.err, "\n"), "\n")
	last := lines[len(lines)-1]
	require.True(t, strings.HasPrefix(last, "ortrun"), r.err)
	require.Equal(t, 1, strings.Count("\n"+r.err, "\nortrun"), "said once: %s", r.err)
	return last
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&v))
	return v
}

// archive is the elements of a .npz file, by name.
func archive(t *testing.T, path string) map[string][]float32 {
	t.Helper()
	members, err := npy.ReadArchive(path)
	require.NoError(t, err)
	all := map[string][]float32{}
	for name, v := range members {
		all[name] = v.(interface{ GetData() []float32 }).GetData()
		require.NoError(t, v.Destroy())
	}
	return all
}
