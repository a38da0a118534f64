package ortwrap_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestTopKIsSortedAndStable(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	v := newTensor(t, ortwrap.NewShape(3, 1, 4),
		0.1, 0.7, 0.1, 0.1,
		nan, -inf, inf, nan,
		5, 5, 5, 6)
	top, err := ortwrap.TopK(v, 3)
	require.NoError(t, err)
	require.Len(t, top, 3)
	require.Equal(t, []ortwrap.Score{{1, 0.7}, {0, 0.1}, {2, 0.1}}, top[0])
	require.Equal(t, []ortwrap.Score{{2, inf}, {1, -inf}}, top[1][:2])
	require.Equal(t, 0, top[1][2].Index)
	require.True(t, math.IsNaN(top[1][2].Value))
	require.Equal(t, []ortwrap.Score{{3, 6}, {0, 5}, {1, 5}}, top[2])

	top, err = ortwrap.TopK(numberTensor[uint8](t, 3, 9), 2)
	require.NoError(t, err)
	require.Equal(t, [][]ortwrap.Score{{{1, 9}, {0, 3}}}, top)

	top, err = ortwrap.TopK(newTensor[float32](t, ortwrap.NewShape(0, 10)), 3)
	require.NoError(t, err)
	require.Empty(t, top)
}

func TestDimensionsOfOneAtTheEndAreNoClasses(t *testing.T) {
	t.Parallel()
	top, err := ortwrap.TopK(newTensor(t, ortwrap.NewShape(2, 3, 1, 1), 1.0, 3, 2, 6, 4, 5), 1)
	require.NoError(t, err)
	require.Equal(t, [][]ortwrap.Score{{{1, 3}}, {{0, 6}}}, top)

	top, err = ortwrap.TopK(newTensor(t, ortwrap.NewShape(2, 1), 1.0, 3), 1)
	require.NoError(t, err)
	require.Equal(t, [][]ortwrap.Score{{{0, 1}}, {{0, 3}}}, top)
}

func TestTopKOfTheWrongShapeOrSizeIsAnError(t *testing.T) {
	t.Parallel()
	row := numberTensor[float32](t, 1, 2)
	cases := []struct {
		name  string
		value ortwrap.Value
		k     int
		want  error
		text  string
	}{
		{"none", row, 0, ortwrap.ErrOption, "the top 0: expected 1 to 2, the number of classes"},
		{"negative", row, -1, ortwrap.ErrOption, "the top -1"},
		{"too many", row, 3, ortwrap.ErrOption, "the top 3: expected 1 to 2"},
		{"no classes", newTensor[float32](t, ortwrap.NewShape(1, 0)), 1, ortwrap.ErrInvalidValue, "got shape [1 0]"},
		{"scalar", scalar(t, 1.5), 1, ortwrap.ErrInvalidValue, "expected at least one dimension, got a scalar"},
		{"nil", nil, 1, ortwrap.ErrInvalidValue, "finding the top 1: reading numbers: unusable value: it is nil"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := ortwrap.TopK(c.value, c.k)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.text)
		})
	}
}

func TestSoftmaxIsStable(t *testing.T) {
	t.Parallel()
	inf, nan := math.Inf(1), math.NaN()
	cases := []struct {
		name         string
		logits, want []float64
	}{
		{"empty", []float64{}, []float64{}},
		{"one", []float64{-5}, []float64{1}},
		{"equal", []float64{3, 3, 3, 3}, []float64{0.25, 0.25, 0.25, 0.25}},
		{"two", []float64{0, math.Log(3)}, []float64{0.25, 0.75}},
		{"large", []float64{1e308, 1e308}, []float64{0.5, 0.5}},
		{"small", []float64{-1e4, -1e4 + math.Log(3)}, []float64{0.25, 0.75}},
		{"masked", []float64{-inf, 2, 2}, []float64{0, 0.5, 0.5}},
		{"all masked", []float64{-inf, -inf}, []float64{nan, nan}},
		{"infinite", []float64{inf, 0}, []float64{nan, nan}},
		{"not a number", []float64{nan, 0}, []float64{nan, nan}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := ortwrap.Softmax(c.logits)
			require.InDeltaSlice(t, c.want, got, 1e-12)
		})
	}
	require.Equal(t, []float32{0.5, 0.5}, ortwrap.Softmax([]float32{3e38, 3e38}))
}

func TestProbabilitiesSumToOne(t *testing.T) {
	t.Parallel()
	good := []float32{0.25, 0.75}
	cases := []struct {
		name string
		rows [2]float32
		text string // of the error; empty: none
	}{
		{"good", [2]float32{1, 0}, ""},
		{"rounded", [2]float32{1.000001, -0.000001}, ""},
		{"sum", [2]float32{0.5, 0.25}, "row 1: the probabilities sum to 0.75, not to 1 within 1e-05"},
		{"above one", [2]float32{1.5, -0.5}, "row 1: probability 0 is 1.5, not between 0 and 1"},
		{"below zero", [2]float32{1, -0.5}, "row 1: probability 1 is -0.5"},
		{"not a number", [2]float32{float32(math.NaN()), 1}, "row 1: probability 0 is NaN"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := newTensor(t, ortwrap.NewShape(2, 2), append(good[:2:2], c.rows[:]...)...)
			err := ortwrap.CheckProbabilities(v, 1e-5)
			if c.text == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, ortwrap.ErrValidation)
			require.ErrorContains(t, err, c.text)
		})
	}
}

func TestRowsWithoutElementsAreAnError(t *testing.T) {
	t.Parallel()
	v := newTensor[float32](t, ortwrap.NewShape(1<<50, 0))
	_, err := ortwrap.Rows(v)
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	rows, err := ortwrap.Rows(newTensor[float32](t, ortwrap.NewShape(0, 1<<50)))
	require.NoError(t, err)
	require.Empty(t, rows)
}
