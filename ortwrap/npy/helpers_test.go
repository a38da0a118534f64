package npy_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// own destroys a value at the end of the test.
func own[V ortwrap.Value](t testing.TB, v V, err error) V {
	t.Helper()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Destroy()) })
	return v
}

func readFile(t testing.TB, name string) ortwrap.Value {
	t.Helper()
	v, err := npy.ReadFile(filepath.Join("testdata", name))
	return own(t, v, err)
}

func bytesOf(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	return bytesOf(t, filepath.Join("testdata", name))
}

// content is what GetData of a value returns, or the strings or bytes in it.
func content(t testing.TB, v ortwrap.Value) any {
	t.Helper()
	if ortwrap.ElementType(v.DataType()) == ortwrap.String {
		list, err := ortwrap.Elements[string](v)
		require.NoError(t, err)
		return list
	}
	switch v.(type) {
	case *ortwrap.Native, *ortwrap.CustomDataTensor:
		data, err := ortwrap.Bytes(v)
		require.NoError(t, err)
		return data
	}
	return reflect.ValueOf(v).MethodByName("GetData").Call(nil)[0].Interface()
}

// file is a .npy file with the given dictionary and data.
func file(dictionary string, data ...byte) []byte {
	head := []byte{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, byte(len(dictionary)), byte(len(dictionary) >> 8)}
	return append(append(head, dictionary...), data...)
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, data, 0o600))
}
