package npy_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

func seeds(f *testing.F, extension string) {
	f.Helper()
	entries, err := os.ReadDir("testdata")
	require.NoError(f, err)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), extension) {
			f.Add(testdata(f, e.Name()))
		}
	}
}

// Whatever is read can be written, and is the same when it is read again.
func FuzzRead(f *testing.F) {
	seeds(f, ".npy")
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := npy.Read(bytes.NewReader(data))
		if err != nil {
			known := errors.Is(err, npy.ErrFormat) || errors.Is(err, npy.ErrUnsupported) || err == io.EOF
			require.True(t, known, "%v", err)
			return
		}
		own(t, v, nil)
		var first, second bytes.Buffer
		if err := npy.Write(&first, v); err != nil {
			require.ErrorIs(t, err, npy.ErrUnsupported) // bytes that are not UTF-8
			return
		}
		again, err := npy.Read(bytes.NewReader(first.Bytes()))
		own(t, again, err)
		require.Equal(t, v.GetShape(), again.GetShape())
		require.NoError(t, npy.Write(&second, again))
		require.Equal(t, first.Bytes(), second.Bytes())
	})
}

func FuzzReadArchive(f *testing.F) {
	seeds(f, ".npz")
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "a.npz")
		write(t, path, data)
		values, err := npy.ReadArchive(path)
		if err != nil {
			known := errors.Is(err, npy.ErrFormat) || errors.Is(err, npy.ErrUnsupported)
			require.True(t, known, "%v", err)
			return
		}
		for _, v := range values {
			require.NoError(t, v.Destroy())
		}
	})
}
