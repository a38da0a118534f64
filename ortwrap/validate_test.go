package ortwrap_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestStatisticsAreThoseOfTheFiniteElements(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	got := ortwrap.Validate(map[string]ortwrap.Value{
		"x": newTensor(t, ortwrap.NewShape(2, 4), 2, nan, 4, inf, -inf, 0, nan, 2),
	})
	require.Equal(t, []ortwrap.Statistics{{
		Name: "x", Type: "float64", Shape: []int64{2, 4}, Count: 8, Zeros: 1,
		Finite: 4, NaN: 2, PositiveInfinity: 1, NegativeInfinity: 1, FirstNonFinite: 1,
		Min: 0, Max: 4, Mean: 2, Deviation: math.Sqrt2,
		Problems: []ortwrap.Problem{{
			Output: "x", Kind: ortwrap.ProblemNonFinite,
			Text: "4 of 8 elements are not finite (2 NaN, 1 +Inf, 1 -Inf), the first at 1",
		}},
	}}, got.Outputs)
}

func TestStatisticsKeepTheirDigits(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name                 string
		data                 []float64
		mean, deviation, off float64
	}{
		{"far from zero", []float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}, 1e9 + 10, math.Sqrt(22.5), 1e-12},
		{"too large to square", []float64{1e200, 3e200}, 2e200, 1e200, 1e188},
		{"too large to subtract", []float64{-math.MaxFloat64, math.MaxFloat64}, 0, math.MaxFloat64, 1e292},
		{"one", []float64{7}, 7, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := ortwrap.Validate(map[string]ortwrap.Value{"x": numberTensor(t, c.data...)}).Outputs[0]
			require.InDelta(t, c.mean, s.Mean, c.off)
			require.InDelta(t, c.deviation, s.Deviation, c.off)
		})
	}
}

func TestEveryProblemOfAnOutputIsFound(t *testing.T) {
	t.Parallel()
	words, err := ortwrap.NewStringTensor(ortwrap.NewShape(2), []string{"a", "a"})
	own(t, words, err)
	noWords, err := ortwrap.NewStringTensor(ortwrap.NewShape(0), nil)
	own(t, noWords, err)
	good, same := numberTensor[float32](t, 1, 2), numberTensor[float32](t, 3, 3)
	list, err := ortwrap.NewSequence([]ortwrap.Value{good, same})
	own(t, list, err)
	pairs, err := ortwrap.NewMap(numberTensor[int64](t, 4, 5), numberTensor(t, float32(math.NaN()), 1))
	own(t, pairs, err)
	gone, err := ortwrap.NewTensor(ortwrap.NewShape(1), []float32{1})
	require.NoError(t, err)
	require.NoError(t, gone.Destroy())
	var noSequence *ortwrap.Sequence
	cases := []struct {
		name  string
		value ortwrap.Value
		want  []string // problems, as text
		kind  ortwrap.ProblemKind
	}{
		{"good", good, nil, ""},
		{"one element", numberTensor[float32](t, 0), nil, ""},
		{"scalar", scalar[float32](t, 0), nil, ""},
		{"equal integers", numberTensor[int64](t, 1, 1), nil, ""},
		{"equal strings", words, nil, ""},
		{"nil", nil, []string{`"v": it has no content`}, ortwrap.ProblemAbsent},
		{"typed nil", noSequence, []string{`"v": it has no content`}, ortwrap.ProblemAbsent},
		{
			"empty", newTensor[float32](t, ortwrap.NewShape(2, 0)),
			[]string{`"v": there are no elements in shape [2 0]`},
			ortwrap.ProblemEmpty,
		},
		{"no strings", noWords, []string{`"v": there are no elements in shape [0]`}, ortwrap.ProblemEmpty},
		{"no items", sequence(t), []string{`"v": there are no items`}, ortwrap.ProblemEmpty},
		{"constant", same, []string{`"v": all 2 elements are 3`}, ortwrap.ProblemConstant},
		{
			"constant float16", custom(t, ortwrap.Float16, 2, 0, 0x3c, 0, 0x3c),
			[]string{`"v": all 2 elements are 1`},
			ortwrap.ProblemConstant,
		},
		{
			"zero of both signs", numberTensor(t, 0, math.Copysign(0, -1)),
			[]string{`"v": all 2 elements are 0`},
			ortwrap.ProblemConstant,
		},
		{"item of a sequence", list, []string{`"v[1]": all 2 elements are 3`}, ortwrap.ProblemConstant},
		{"values of a map", pairs, []string{`"v.values": 1 of 2 elements are not finite (1 NaN, 0 +Inf, 0 -Inf), ` +
			`the first at 0`}, ortwrap.ProblemNonFinite},
		{
			"destroyed", gone,
			[]string{`"v": unusable value: it has been destroyed`},
			ortwrap.ProblemUnread,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			report := ortwrap.Validate(map[string]ortwrap.Value{"v": c.value})
			var texts []string
			for _, p := range report.Problems() {
				texts = append(texts, p.String())
				require.Equal(t, c.kind, p.Kind)
				require.ErrorContains(t, report.Err(), p.String())
			}
			require.Equal(t, c.want, texts)
			if len(c.want) == 0 {
				require.NoError(t, report.Err())
			} else {
				require.ErrorIs(t, report.Err(), ortwrap.ErrValidation)
			}
			_, err := json.Marshal(report)
			require.NoError(t, err)
		})
	}
}

func TestNoOutputsAreAProblem(t *testing.T) {
	t.Parallel()
	err := ortwrap.Validate(nil).Err()
	require.ErrorIs(t, err, ortwrap.ErrValidation)
	require.ErrorContains(t, err, "there are no outputs")
}

func TestAReportIsATable(t *testing.T) {
	t.Parallel()
	report := ortwrap.Validate(map[string]ortwrap.Value{
		"scores": numberTensor[float32](t, 0, 0.25, 0.75),
		"label":  scalar[int64](t, 2),
		"same":   numberTensor[float32](t, 1, 1),
		"none":   nil,
	})
	require.Equal(t, `output  type     shape  count  zeros  non-finite  min  max   mean   deviation
label   int64    []     1      0      0           2    2     2      0
none    none     []     0      -      -           -    -     -      -
same    float32  [2]    2      0      0           1    1     1      0
scores  float32  [3]    3      1      0           0    0.75  0.333  0.312
"none": it has no content
"same": all 2 elements are 1
not valid: 2 problems in 4 tensors`, report.String())
}

func BenchmarkValidate(b *testing.B) {
	data := make([]float32, 1_000_000)
	for i := range data {
		data[i] = float32(i)
	}
	v, err := ortwrap.NewTensor(ortwrap.NewShape(1_000_000), data)
	require.NoError(b, err)
	defer v.Destroy()
	b.SetBytes(4_000_000)
	for b.Loop() {
		require.NoError(b, ortwrap.Validate(map[string]ortwrap.Value{"x": v}).Err())
	}
}
