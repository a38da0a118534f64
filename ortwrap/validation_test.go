package ortwrap_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// realModel is a model and inputs that suit it.
type realModel struct {
	path    string
	options ortwrap.PrepareOptions
}

// realModels leaves out the one of onnxruntime_go that takes 50 million numbers.
func realModels(t *testing.T) map[string]realModel {
	t.Helper()
	return map[string]realModel{
		"digits":        {filepath.Join("examples", "digits", "digits.onnx"), ortwrap.PrepareOptions{Batch: 8}},
		"big fan-out":   {upstream(t, "example_big_fanout.onnx"), ortwrap.PrepareOptions{}},
		"dynamic axes":  {upstream(t, "example_dynamic_axes.onnx"), ortwrap.PrepareOptions{Batch: 16}},
		"float16":       {upstream(t, "example_float16.onnx"), ortwrap.PrepareOptions{}},
		"mixed types":   {upstream(t, "example_multitype.onnx"), ortwrap.PrepareOptions{Integers: 10}},
		"many outputs":  {upstream(t, "example_several_inputs_and_outputs.onnx"), ortwrap.PrepareOptions{}},
		"strings":       {upstream(t, "example_strings.onnx"), ortwrap.PrepareOptions{Batch: 5}},
		"random forest": {upstream(t, "sklearn_randomforest.onnx"), ortwrap.PrepareOptions{Batch: 20}},
		"odd name":      {upstream(t, "example ż 大 김.onnx"), ortwrap.PrepareOptions{}},
	}
}

// runRandom runs a session on prepared inputs; the outputs live as long as the test.
func runRandom(t *testing.T, session *ortwrap.Session, o ortwrap.PrepareOptions) map[string]ortwrap.Value {
	t.Helper()
	outputs, err := ortwrap.RunRandom(t.Context(), session, o)
	require.NoError(t, err)
	for _, v := range outputs {
		if v != nil {
			own(t, v, nil)
		}
	}
	return outputs
}

func TestQualityOutputsOfRealModelsAreValid(t *testing.T) {
	t.Parallel()
	for name, m := range realModels(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := openPath(t, m.path)
			for seed := range uint64(3) {
				m.options.Seed = seed
				report := ortwrap.Validate(runRandom(t, session, m.options))
				require.NoError(t, report.Err(), "seed %d\n%s", seed, report)
				require.Contains(t, report.String(), session.Outputs()[0].Name)
			}
		})
	}
}

func TestQualityABrokenInputIsSeenInTheOutput(t *testing.T) {
	t.Parallel()
	session, err := ortwrap.CreateSession(digits.Model())
	require.NoError(t, err)
	defer session.Close()
	image := newTensor(t, ortwrap.NewShape(2, 64), make([]float32, 128)...)
	zero := float32(0)
	image.GetData()[64] = zero / zero
	outputs, err := session.RunNamed(t.Context(), map[string]ortwrap.Value{"image": image})
	require.NoError(t, err)
	own(t, outputs["probabilities"], nil)
	err = ortwrap.Validate(outputs).Err()
	require.ErrorIs(t, err, ortwrap.ErrValidation)
	require.ErrorContains(t, err, "10 of 20 elements are not finite (10 NaN, 0 +Inf, 0 -Inf), the first at 10")
	require.ErrorIs(t, ortwrap.CheckProbabilities(outputs["probabilities"], 1e-5), ortwrap.ErrValidation)
}

func TestQualityTheDigitsAreRecognised(t *testing.T) {
	t.Parallel()
	session, err := ortwrap.CreateSession(digits.Model())
	require.NoError(t, err)
	defer session.Close()
	samples, err := digits.Samples()
	require.NoError(t, err)
	var pixels, expected []float32
	for _, s := range samples {
		pixels, expected = append(pixels, s.Image()...), append(expected, s.Probabilities[:]...)
	}
	got := runOne(t, session, newTensor(t, ortwrap.NewShape(10, 64), pixels...))
	require.NoError(t, ortwrap.CheckProbabilities(got, 1e-5))
	_, err = ortwrap.Compare(got, newTensor(t, ortwrap.NewShape(10, 10), expected...), ortwrap.Tolerance{Absolute: 1e-5})
	require.NoError(t, err)
	top, err := ortwrap.TopK(got, 1)
	require.NoError(t, err)
	for i, s := range samples {
		require.Equal(t, s.Digit, top[i][0].Index)
	}
}

// Determinism: the same input on the same session, and on sessions opened anew, gives the same bits.
func TestDeterminismOfRealModels(t *testing.T) {
	t.Parallel()
	for name, m := range realModels(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := runRandom(t, openPath(t, m.path), m.options)
			for range 3 {
				session := openPath(t, m.path)
				for range 3 {
					requireSame(t, first, session, m.options, ortwrap.Tolerance{})
				}
			}
		})
	}
}

// Stability: many runs on inputs of their own do not disturb each other, and how ORT computes does not matter beyond
// rounding.
func TestStabilityOfRealModels(t *testing.T) {
	t.Parallel()
	for name, m := range realModels(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := openPath(t, m.path)
			var first [3]map[string]ortwrap.Value
			for seed := range first {
				m.options.Seed = uint64(seed)
				first[seed] = runRandom(t, session, m.options)
			}
			for range 10 {
				for seed, want := range first {
					m.options.Seed = uint64(seed)
					requireSame(t, want, session, m.options, ortwrap.Tolerance{})
				}
			}
			plain, err := ortwrap.NewSession().FromFile(m.path).WithThreads(1).
				WithOptimization(ortwrap.OptimizeNone).Open()
			require.NoError(t, err)
			defer plain.Close()
			m.options.Seed = 0
			requireSame(t, first[0], plain, m.options, ortwrap.Tolerance{Absolute: 1e-5, Relative: 1e-3})
		})
	}
}

// requireSame runs a session once more, and frees the outputs at once.
func requireSame(t *testing.T, want map[string]ortwrap.Value, session *ortwrap.Session, o ortwrap.PrepareOptions,
	tolerance ortwrap.Tolerance,
) {
	t.Helper()
	got, err := ortwrap.RunRandom(t.Context(), session, o)
	require.NoError(t, err)
	require.Len(t, got, len(want))
	for name, w := range want {
		difference, err := ortwrap.Compare(got[name], w, tolerance)
		require.NoError(t, err, "%s: %s", name, difference)
		require.NoError(t, got[name].Destroy())
	}
}
