package onnxpb_test

import (
	stdbytes "bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

func readFile(t testing.TB, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return data
}

func outline(data []byte) (onnxpb.Model, error) {
	return onnxpb.ReadOutline(stdbytes.NewReader(data), int64(len(data)))
}

func TestAModelDescribesItself(t *testing.T) {
	t.Parallel()
	m, err := onnxpb.ReadModel(readFile(t, "..", "..", "examples", "digits", "digits.onnx"))
	require.NoError(t, err)
	require.EqualValues(t, 8, m.IR)
	require.Equal(t, map[string]int64{"ai.onnx": 13}, m.Opsets)
	require.Equal(t, map[string]int{"Gemm": 2, "Relu": 1, "Softmax": 1}, m.Graph.Operators)
	require.Equal(t, 4, m.Graph.Nodes)
	require.EqualValues(t, 64*32+32+32*10+10, m.Graph.Parameters())
	require.EqualValues(t, 4*m.Graph.Parameters(), m.Graph.Bytes())
	require.Len(t, m.Graph.Initializers, 4)
	require.Equal(t, []int64{64, 32}, m.Graph.Initializers[0].Dims)
}

// The nodes of loops and branches count too.
func TestInnerGraphsAreCounted(t *testing.T) {
	t.Parallel()
	m, err := onnxpb.ReadModel(readFile(t, "..", "..", "testdata", "count.onnx"))
	require.NoError(t, err)
	require.Equal(t, 1, m.Graph.Operators["Loop"])
	require.Greater(t, m.Graph.Nodes, 1)
	require.Equal(t, "count", m.Graph.Name)
}

func TestAnOutlineIsTheModelWithoutItsGraph(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "*.onnx"))
	require.NoError(t, err)
	for _, file := range files {
		data := readFile(t, file)
		full, err := onnxpb.ReadModel(data)
		if filepath.Base(file) == "endless.onnx" {
			require.ErrorIs(t, err, onnxpb.ErrCalls)
			continue
		}
		require.NoError(t, err, file)
		short, err := outline(data)
		require.NoError(t, err, file)
		full.Graph = onnxpb.Graph{}
		require.Equal(t, full, short, file)
	}
}

// reads counts the bytes that are asked for.
type reads struct {
	io.ReaderAt
	bytes int
}

func (r *reads) ReadAt(b []byte, offset int64) (int, error) {
	r.bytes += len(b)
	return r.ReaderAt.ReadAt(b, offset)
}

// A model whose graph has gigabytes costs two short reads: what stands before the graph and what comes after.
func TestAnOutlineSkipsTheGraph(t *testing.T) {
	t.Parallel()
	const graph = 1 << 30
	path := filepath.Join(t.TempDir(), "large.onnx")
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	head := message(t, "0808 3a 8080808004")
	tail := message(t, "4202 1011")
	_, err = file.Write(head)
	require.NoError(t, err)
	_, err = file.WriteAt(tail, int64(len(head))+graph)
	require.NoError(t, err)
	r := &reads{ReaderAt: file}
	m, err := onnxpb.ReadOutline(r, int64(len(head))+graph+int64(len(tail)))
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"ai.onnx": 17}, m.Opsets)
	require.Less(t, r.bytes, 10_000)
}

// Wherever a model is cut, the reader says so, unless nothing that counts is missing.
func TestACutModelIsTruncated(t *testing.T) {
	t.Parallel()
	data := readFile(t, "..", "..", "examples", "digits", "digits.onnx")
	for n := range data {
		_, err := onnxpb.ReadModel(data[:n])
		if err == nil {
			continue
		}
		var cut *onnxpb.TruncatedError
		if n > 2 {
			require.ErrorAs(t, err, &cut, "%d bytes", n)
			require.EqualValues(t, n, cut.Size)
			require.Greater(t, cut.Need, cut.Size)
			require.LessOrEqual(t, cut.Need, int64(len(data)))
		}
		_, short := outline(data[:n])
		require.Equal(t, err, short)
	}
	_, err := onnxpb.ReadModel(data[:1000])
	require.ErrorContains(t, err, "the data end inside the graph: 1000 bytes of at least 10038")
}

func TestWhatIsNoModelIsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":              "not an ONNX model",
		"3a00":          "not an ONNX model: it does not say which version",
		"0a00":          "the version of the format has an unexpected type",
		"0808":          "the data end inside the model, before the graph",
		"0808 3800":     "the graph has an unexpected type",
		"0808 3a020a05": "the graph: malformed protobuf",
		"0808 3a00 0b":  "malformed protobuf",
		"0808 3a00 ff":  "the data end inside a field",
	} {
		_, err := onnxpb.ReadModel(message(t, text))
		require.ErrorContains(t, err, want, text)
	}
}

func TestGraphsThatNestTooDeepAreRefused(t *testing.T) {
	t.Parallel()
	wrap := func(id byte, content []byte) []byte {
		n := len(content)
		return append([]byte{id<<3 | 2, byte(n&127 | 128), byte(n>>7&127 | 128), byte(n >> 14)}, content...)
	}
	graph := []byte{}
	for range 40 {
		graph = wrap(1, wrap(5, wrap(6, graph))) // node, attribute, graph
	}
	_, err := onnxpb.ReadModel(append(message(t, "0808"), wrap(7, graph)...))
	require.ErrorContains(t, err, "nested too deep")
}

func TestInitializersSayWhereTheyAre(t *testing.T) {
	t.Parallel()
	// A tensor "w" of 2x3 floats in file "weights", with offset 16 and length 24, as a graph's initializer.
	external := "0802 0803 1001 420177 " +
		"6a13 0a086c6f636174696f6e 120777656967687473 6a0c 0a066f6666736574 12023136 6a0c 0a066c656e677468 12023234 7001"
	tensor := message(t, external)
	graph := append([]byte{5<<3 | 2, byte(len(tensor))}, tensor...)
	model := append(message(t, "0808 3a"), byte(len(graph)))
	m, err := onnxpb.ReadModel(append(model, graph...))
	require.NoError(t, err)
	require.Equal(t, []onnxpb.Initializer{{
		Name: "w", Type: 1, Dims: []int64{2, 3}, Bytes: 24, External: "weights", Offset: 16,
	}}, m.Graph.Initializers)
	require.EqualValues(t, 6, m.Graph.Parameters())
}

func TestImpossibleSizesDoNotOverflow(t *testing.T) {
	t.Parallel()
	huge := onnxpb.Initializer{Dims: []int64{1 << 40, 1 << 40}, Bytes: 1 << 62}
	g := onnxpb.Graph{Initializers: []onnxpb.Initializer{huge, huge, huge}}
	require.Positive(t, g.Parameters())
	require.Positive(t, g.Bytes())
	require.Zero(t, onnxpb.Initializer{Dims: []int64{-1, 5}}.Len())
	require.EqualValues(t, 1, onnxpb.Initializer{}.Len())
}

func FuzzReadModel(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "*.onnx"))
	require.NoError(f, err)
	for _, file := range files {
		f.Add(readFile(f, file))
	}
	f.Add(readFile(f, "..", "..", "examples", "digits", "digits.onnx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		full, err := onnxpb.ReadModel(data)
		short, errShort := outline(data)
		if err == nil {
			require.NoError(t, errShort)
			full.Graph = onnxpb.Graph{}
			require.Equal(t, full, short)
		}
		var cut *onnxpb.TruncatedError
		if errors.As(err, &cut) {
			require.Greater(t, cut.Need, int64(len(data)))
		}
		full.Graph.Parameters()
		full.Graph.Bytes()
	})
}

// BenchmarkOutline is what opening a session pays to know the opsets.
func BenchmarkOutline(b *testing.B) {
	path := filepath.Join("..", "..", "examples", "digits", "digits.onnx")
	for b.Loop() {
		file, err := os.Open(path)
		require.NoError(b, err)
		info, err := file.Stat()
		require.NoError(b, err)
		_, err = onnxpb.ReadOutline(file, info.Size())
		require.NoError(b, err)
		file.Close()
	}
}
