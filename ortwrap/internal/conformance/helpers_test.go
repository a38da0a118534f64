package conformance_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// tensor encodes a TensorProto of fewer than 128 dimensions and elements each.
func tensor(t *testing.T, element byte, dims []byte, data any) []byte {
	t.Helper()
	raw, err := binary.Append(nil, binary.LittleEndian, data)
	require.NoError(t, err)
	message := append([]byte{1<<3 | 2, byte(len(dims))}, dims...)
	message = append(message, 2<<3, element, 9<<3|2)
	message = binary.AppendUvarint(message, uint64(len(raw)))
	return append(message, raw...)
}

// model reads a model of ortwrap's tests.
func model(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", name))
	require.NoError(t, err)
	return data
}

// files are the test data of four cases: two pass, one fails, one is unsupported.
func files(t *testing.T) map[string][]byte {
	t.Helper()
	samples, err := digits.Samples()
	require.NoError(t, err)
	sample := samples[4]
	return map[string][]byte{
		"test_digit/model.onnx":                    digits.Model(),
		"test_digit/test_data_set_0/input_0.pb":    tensor(t, 1, []byte{1, 64}, sample.Image()),
		"test_digit/test_data_set_0/output_0.pb":   tensor(t, 1, []byte{1, 10}, sample.Probabilities),
		"test_digit/test_data_set_0/readme.txt":    []byte("passed over"),
		"test_half/model.onnx":                     model(t, "half.onnx"),
		"test_half/test_data_set_0/input_0.pb":     tensor(t, 10, []byte{2}, []uint16{0x3c00, 0x7e00}),
		"test_half/test_data_set_0/output_0.pb":    tensor(t, 10, []byte{2}, []uint16{0x3c00, 0xfe00}), // NaN is NaN
		"test_unknown/model.onnx":                  model(t, "unknown.onnx"),
		"test_unknown/test_data_set_0/input_0.pb":  tensor(t, 3, []byte{1}, []int8{1}),
		"test_unknown/test_data_set_0/output_0.pb": tensor(t, 3, []byte{1}, []int8{1}),
		"test_wrong/model.onnx":                    model(t, "constant.onnx"),
		"test_wrong/test_data_set_0/output_0.pb":   tensor(t, 1, nil, []float32{42}),
		"test_wrong/test_data_set_1/output_0.pb":   tensor(t, 1, nil, []float32{42.1}),
	}
}

const below = "onnx-1.17.0/onnx/backend/test/data/node/"

func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, data, 0o600))
	}
	return dir
}

func tarball(t *testing.T, files map[string][]byte) string {
	t.Helper()
	var buffer bytes.Buffer
	zipped := gzip.NewWriter(&buffer)
	archive := tar.NewWriter(zipped)
	require.NoError(t, archive.WriteHeader(&tar.Header{Name: "onnx-1.17.0/", Typeflag: tar.TypeDir, Mode: 0o755}))
	for name, data := range files {
		require.NoError(t, archive.WriteHeader(&tar.Header{Name: below + name, Size: int64(len(data)), Mode: 0o644}))
		_, err := archive.Write(data)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, zipped.Close())
	return write(t, "onnx.tar.gz", buffer.Bytes())
}

func zipFile(t *testing.T, files map[string][]byte) string {
	t.Helper()
	var buffer bytes.Buffer
	archive := zip.NewWriter(&buffer)
	for name, data := range files {
		w, err := archive.Create(below + name)
		require.NoError(t, err)
		_, err = w.Write(data)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	return write(t, "onnx.zip", buffer.Bytes())
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, fs.FileMode(0o600)))
	return path
}
