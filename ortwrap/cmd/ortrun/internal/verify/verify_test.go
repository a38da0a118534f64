package verify_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/verify"
)

// identity runs a model that gives back the strings or floats that it gets.
func identity(t *testing.T, model string, input, want ortwrap.Value, o verify.Options) verify.Report {
	t.Helper()
	session, err := ortwrap.CreateSession("../../../../testdata/" + model)
	require.NoError(t, err)
	defer session.Close()
	defer input.Destroy()
	defer want.Destroy()
	r, err := verify.Run(t.Context(), session, map[string]ortwrap.Value{"x": input},
		map[string]ortwrap.Value{session.Outputs()[0].Name: want}, o)
	require.NoError(t, err)
	return r
}

func must[T ortwrap.Element](t *testing.T, list []T, dims ...int64) ortwrap.Value {
	t.Helper()
	v, err := ortwrap.TensorOf(list, dims...)
	require.NoError(t, err)
	return v
}

func halves(t *testing.T, list ...float32) ortwrap.Value {
	t.Helper()
	return must(t, ortwrap.F16s(list))
}

func TestTheWorstElementsComeFirst(t *testing.T) {
	t.Parallel()
	nan := float32(math.NaN())
	r := identity(t, "half.onnx", halves(t, 1, 2, 3, 4, nan, 6), halves(t, 1, 2.5, 5, 4.125, 5, 6), verify.Options{
		Tolerance: ortwrap.Tolerance{Absolute: 0.25}, Worst: 2,
	})
	require.Equal(t, 2, r.Failed(), "expected and finite: %v", r.Checks)
	require.Len(t, r.Worst, 2)
	require.Equal(t, []int64{4}, r.Worst[0].Index)
	require.True(t, math.IsInf(r.Worst[0].Difference, 1))
	require.Equal(t, verify.Element{Output: "y", Index: []int64{2}, Got: 3, Want: 5, Difference: 2}, r.Worst[1])
}

func TestExpectedNaNIsInOrder(t *testing.T) {
	t.Parallel()
	nan := float32(math.NaN())
	var progress []float64
	o := verify.Options{Repeat: 3, Progress: func(done float64) { progress = append(progress, done) }}
	r := identity(t, "half.onnx", halves(t, 1, nan), halves(t, 1, nan), o)
	require.Zero(t, r.Failed(), "%v", r.Checks)
	require.Len(t, r.Notes, 1)
	require.Contains(t, r.Notes[0], "not finite")
	require.InDeltaSlice(t, []float64{2. / 3, 1}, progress, 1e-9)
}

// parts is a sequence of tensors of one element each, as split.onnx makes it.
func parts(t *testing.T, list ...float32) ortwrap.Value {
	t.Helper()
	items := make([]ortwrap.Value, len(list))
	for i, x := range list {
		items[i] = must(t, []float32{x})
		defer items[i].Destroy() // the sequence has copies
	}
	s, err := ortwrap.NewSequence(items)
	require.NoError(t, err)
	return s
}

func TestExpectedNaNInASequenceIsInOrder(t *testing.T) {
	t.Parallel()
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	r := identity(t, "split.onnx", must(t, []float32{nan, 1, inf}), parts(t, nan, 1, inf), verify.Options{Repeat: 2})
	require.Zero(t, r.Failed(), "%v", r.Checks)
	require.Len(t, r.Notes, 2)
	require.Contains(t, r.Notes[0], `"parts[0]": 1 of 1 elements are not finite`)
	require.Contains(t, r.Notes[1], `"parts[2]": `)
}

func TestNaNInASequenceThatIsNotAsExpectedIsAFailure(t *testing.T) {
	t.Parallel()
	nan := float32(math.NaN())
	r := identity(t, "split.onnx", must(t, []float32{nan, 1}), parts(t, nan, 2), verify.Options{})
	require.Equal(t, 2, r.Failed(), "expected and finite: %v", r.Checks)
	require.Equal(t, "parts[0]", r.Checks[1].Output)
	require.ErrorIs(t, r.Checks[1].Err, ortwrap.ErrValidation)
}

func TestStringsAreCompared(t *testing.T) {
	t.Parallel()
	o := verify.Options{Repeat: 2}
	require.Zero(t, identity(t, "words.onnx", must(t, []string{"a"}), must(t, []string{"a"}), o).Failed())
	r := identity(t, "words.onnx", must(t, []string{"a"}), must(t, []string{"b"}), o)
	require.Equal(t, 1, r.Failed())
	require.ErrorIs(t, r.Checks[0].Err, ortwrap.ErrDifferent)
	require.Empty(t, r.Worst)
}
