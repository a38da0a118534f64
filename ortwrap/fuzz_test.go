package ortwrap_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// seedModels adds the models of testdata to a fuzz test's corpus.
func seedModels(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.onnx"))
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(digits.Model())
}

// FuzzOpen opens what may be a model. It is opened or it is an error that says what failed; nothing crashes. No seed
// has an integer division or a convolution: with a divisor or a stride of 0, ORT ends the process.
func FuzzOpen(f *testing.F) {
	seedModels(f)
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, model []byte) {
		session, err := ortwrap.NewSession().FromMemory(model).WithThreads(1).Open()
		if err != nil {
			require.Nil(t, session)
			var failure *ortwrap.Error
			require.ErrorAs(t, err, &failure)
			return
		}
		session.Opsets()
		_, err = session.Metadata()
		require.NoError(t, err)
		require.NoError(t, session.Close())
	})
}

// fuzzModels are run by FuzzRun: numbers in fixed and in open shapes, strings, a loop, a sequence, float16.
func fuzzModels(f *testing.F) []*ortwrap.Session {
	f.Helper()
	var sessions []*ortwrap.Session
	for _, path := range []string{
		"examples/digits/digits.onnx", "testdata/half.onnx", "testdata/words.onnx", "testdata/count.onnx",
		"testdata/split.onnx", "testdata/mixed.onnx", "testdata/external.onnx",
	} {
		session, err := ortwrap.NewSession().FromFile(filepath.FromSlash(path)).WithThreads(1).Open()
		require.NoError(f, err)
		f.Cleanup(func() { require.NoError(f, session.Close()) })
		sessions = append(sessions, session)
	}
	return sessions
}

// FuzzRun gives a model a tensor of any element type and shape over any bytes. It is run or it is an error.
func FuzzRun(f *testing.F) {
	sessions := fuzzModels(f)
	f.Add(byte(0), byte(1), int64(1), int64(64), make([]byte, 256))
	f.Add(byte(1), byte(10), int64(2), int64(-9), []byte{0, 0x3c, 0, 0x7c})
	f.Add(byte(2), byte(8), int64(1), int64(-9), []byte("word"))
	f.Add(byte(3), byte(7), int64(1), int64(-9), []byte{3, 0, 0, 0, 0, 0, 0, 0})
	f.Add(byte(4), byte(1), int64(0), int64(-9), []byte{})
	f.Add(byte(5), byte(1), int64(1), int64(-9), make([]byte, 4))
	f.Add(byte(6), byte(1), int64(4), int64(-9), make([]byte, 16))
	f.Add(byte(0), byte(1), int64(3), int64(6148914691236517207), make([]byte, 20))
	f.Add(byte(0), byte(22), int64(1)<<62, int64(2), []byte{1})
	f.Fuzz(func(t *testing.T, which, element byte, rows, columns int64, data []byte) {
		shape := ortwrap.NewShape(rows, columns)
		if columns == -9 { // a vector
			shape = shape[:1]
		}
		input, err := fuzzTensor(ortwrap.ElementType(element), shape, data)
		if err != nil {
			require.True(t, errors.Is(err, ortwrap.ErrInvalidValue), "%v", err)
			return
		}
		defer input.Destroy()
		// A loop runs as often as its input says.
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		outputs, err := sessions[int(which)%len(sessions)].Run(ctx, input)
		if err != nil {
			var failure *ortwrap.Error
			require.ErrorAs(t, err, &failure)
			return
		}
		for _, v := range outputs {
			require.NoError(t, v.Destroy())
		}
	})
}

func fuzzTensor(element ortwrap.ElementType, shape ortwrap.Shape, data []byte) (ortwrap.Value, error) {
	if element != ortwrap.String {
		v, err := ortwrap.NewCustomDataTensor(shape, data, element)
		return v, err
	}
	var words []string
	for _, b := range data {
		words = append(words, string(rune(b)))
	}
	v, err := ortwrap.NewStringTensor(shape, words)
	return v, err
}
