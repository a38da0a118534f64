package emit_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/emit"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// value makes a value for the time of the test.
func value[T ortwrap.Element](t *testing.T, list []T, dims ...int64) ortwrap.Value {
	t.Helper()
	v, err := ortwrap.TensorOf(list, dims...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Destroy()) })
	return v
}

func TestJSONKeepsEveryDigit(t *testing.T) {
	t.Parallel()
	inf := math.Inf(1)
	for want, v := range map[string]ortwrap.Value{
		`{"y": [9223372036854775807, -1]}`:             value(t, []int64{math.MaxInt64, -1}),
		`{"y": [18446744073709551615]}`:                value(t, []uint64{math.MaxUint64}),
		`{"y": [0.1, 1e+30]}`:                          value(t, []float32{0.1, 1e30}),
		`{"y": [0.1, "NaN", "Infinity", "-Infinity"]}`: value(t, []float64{0.1, math.NaN(), inf, -inf}),
		`{"y": [true, false]}`:                         value(t, []bool{true, false}),
		`{"y": ["a\"\n"]}`:                             value(t, []string{"a\"\n"}),
		`{"y": [0.5]}`:                                 value(t, []ortwrap.BF16{ortwrap.BF16Of(0.5)}),
		`{"y": [-8, 7, 0]}`:                            value(t, []ortwrap.I4{-8, 7, 0}),
		`{"y": [[[1, 2]], [[3, 4]]]}`:                  value(t, []int8{1, 2, 3, 4}, 2, 1, 2),
		`{"y": [[], []]}`:                              value(t, []int32{}, 2, 0),
		`{"y": []}`:                                    value(t, []int32{}, 0, 2),
		`{"y": null}`:                                  nil,
	} {
		got, err := emit.JSON(map[string]ortwrap.Value{"y": v})
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
}

func TestMapsWithStringsAreJSONToo(t *testing.T) {
	t.Parallel()
	m, err := ortwrap.NewMapFromGoMap(map[string]float32{"a": 1, `"`: 0.5})
	require.NoError(t, err)
	defer m.Destroy()
	got, err := emit.JSON(map[string]ortwrap.Value{"y": m, `"x`: nil})
	require.NoError(t, err)
	require.Equal(t, "{\"\\\"x\": null,\n \"y\": {\"\\\"\": 0.5, \"a\": 1}}", string(got))
}

func TestArchivesHoldWhatWasWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "y.NPZ")
	want := value(t, []int16{1, 2, 3, 4}, 2, 2)
	require.NoError(t, emit.Write(path, map[string]ortwrap.Value{"y": want}))
	members, err := npy.ReadArchive(path)
	require.NoError(t, err)
	defer members["y"].Destroy()
	_, err = ortwrap.Compare(members["y"], want, ortwrap.Tolerance{})
	require.NoError(t, err)
}

func TestAFailedWriteLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"y.json", "y.npz"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
		gone, err := ortwrap.TensorOf([]int8{1})
		require.NoError(t, err)
		require.NoError(t, gone.Destroy())
		err = emit.Write(path, map[string]ortwrap.Value{"y": gone})
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "old", string(text))

		// The new file is another one, so that it may fail at any time.
		old, err := os.Open(path)
		require.NoError(t, err)
		defer old.Close()
		require.NoError(t, emit.Write(path, map[string]ortwrap.Value{"y": value(t, []int8{1})}))
		text = make([]byte, 3)
		_, err = old.ReadAt(text, 0)
		require.NoError(t, err)
		require.Equal(t, "old", string(text))
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode())
		text, err = os.ReadFile(path)
		require.NoError(t, err)
		require.Greater(t, len(text), 3)
		if name == "y.json" {
			require.Equal(t, "{\"y\": [1]}\n", string(text))
		}
	}
}

func TestAnOutputThatNumPyLacksMayGoToJSON(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	outputs := map[string]ortwrap.Value{"y": value(t, []ortwrap.BF16{ortwrap.BF16Of(0.5)})}
	err := emit.Write(filepath.Join(dir, "y.npz"), outputs)
	require.ErrorIs(t, err, npy.ErrUnsupported)
	require.ErrorContains(t, err, ", or write to a .json file")
	require.NoError(t, emit.Write(filepath.Join(dir, "y.json"), outputs))
}

func TestAnErrorNamesTheFileOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"y.npz", "y.json"} {
		path := filepath.Join(t.TempDir(), "none", name)
		err := emit.Write(path, map[string]ortwrap.Value{"y": value(t, []int8{1})})
		require.EqualError(t, err, `writing "`+path+`": no such file or directory`)
	}
}
