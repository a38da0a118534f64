package ortwrap_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func stringTensor(t *testing.T, words ...string) ortwrap.Value {
	t.Helper()
	v, err := ortwrap.NewStringTensor(ortwrap.NewShape(int64(len(words))), words)
	return own(t, v, err)
}

func sequence(t *testing.T, items ...ortwrap.Value) ortwrap.Value {
	t.Helper()
	if len(items) == 0 {
		v, err := ortwrap.NewEmptySequence(ortwrap.Float32)
		return own(t, v, err)
	}
	v, err := ortwrap.NewSequence(items)
	return own(t, v, err)
}

func TestValuesAreComparedWithATolerance(t *testing.T) {
	t.Parallel()
	inf, nan := math.Inf(1), math.NaN()
	one, gone := numberTensor(t, 1.0), scalar(t, 1.0)
	require.NoError(t, gone.Destroy())
	pair := func(keys []int64, values ...float32) ortwrap.Value {
		m, err := ortwrap.NewMap(numberTensor(t, keys...), numberTensor(t, values...))
		return own(t, m, err)
	}
	cases := []struct {
		name      string
		got, want ortwrap.Value
		err       error
		text      string
	}{
		{"equal", numberTensor(t, 1.0, -2), numberTensor(t, 1.0, -2), nil, "all 2 elements agree"},
		{"absolute", numberTensor(t, 0.009), numberTensor(t, 0.0), nil, "largest difference 0.009 at 0"},
		{"relative", numberTensor(t, 100.9), numberTensor(t, 100.0), nil, "relative 0.009 at 0"},
		{
			"beyond", numberTensor(t, 1, 1.5, 2), numberTensor(t, 1.0, 1, 1), ortwrap.ErrDifferent,
			"2 of 3 elements differ, the first at 1: expected 1, got 1.5; largest difference 1 at 2, relative 1 at 2",
		},
		{"NaN", numberTensor(t, nan), numberTensor(t, nan), nil, "all 1 elements agree"},
		{"NaN for a number", numberTensor(t, nan), one, ortwrap.ErrDifferent, "expected 1, got NaN"},
		{"number for NaN", one, numberTensor(t, nan), ortwrap.ErrDifferent, "expected NaN, got 1"},
		{"infinity", numberTensor(t, -inf), numberTensor(t, -inf), nil, "agree"},
		{"wrong infinity", numberTensor(t, -inf), numberTensor(t, inf), ortwrap.ErrDifferent, "got -Inf"},
		{"infinity for a number", numberTensor(t, inf), one, ortwrap.ErrDifferent, "expected 1, got +Inf"},
		{
			"integers are exact", numberTensor[int32](t, 1000, 1001), numberTensor[int32](t, 1000, 1000),
			ortwrap.ErrDifferent, "1 of 2 elements differ, the first at 1: expected 1000, got 1001",
		},
		{
			"large integers", numberTensor[int64](t, 1<<53+1), numberTensor[int64](t, 1<<53), ortwrap.ErrDifferent,
			"expected 9007199254740992, got 9007199254740993",
		},
		{
			"large natural numbers", numberTensor[uint64](t, math.MaxUint64), numberTensor[uint64](t, math.MaxUint64-1),
			ortwrap.ErrDifferent, "expected 18446744073709551614, got 18446744073709551615",
		},
		{"bools", numberTensor(t, true), numberTensor(t, false), ortwrap.ErrDifferent, "expected 0, got 1"},
		{"float16", custom(t, ortwrap.Float16, 1, 1, 0x3c), custom(t, ortwrap.Float16, 1, 0, 0x3c), nil, "0.000977 at 0"},
		{
			"strings", stringTensor(t, "a", "b"), stringTensor(t, "a", "c"), ortwrap.ErrDifferent,
			`1 of 2 elements differ, the first at 1: expected "c", got "b"`,
		},
		{"scalars", scalar(t, 1.0), scalar(t, 1.0), nil, "all 1 elements agree"},
		{"types", numberTensor[float32](t, 1), one, ortwrap.ErrDifferent, "expected elements of type float64, got float32"},
		{"shapes", newTensor(t, ortwrap.NewShape(1, 1), 1.0), one, ortwrap.ErrDifferent, "expected shape [1], got [1 1]"},
		{"kinds", sequence(t, numberTensor(t, 1.0)), one, ortwrap.ErrDifferent, "expected a tensor, got a sequence"},
		{"nothing", nil, nil, nil, "all 0 elements agree"},
		{"something for nothing", one, nil, ortwrap.ErrDifferent, "expected nothing, got tensor"},
		{"nothing for something", nil, one, ortwrap.ErrDifferent, "expected tensor, got nothing"},
		{"empty", numberTensor[float32](t), numberTensor[float32](t), nil, "all 0 elements agree"},
		{
			"sequences", sequence(t, numberTensor(t, 1.0, 2), numberTensor(t, 3.0)),
			sequence(t, numberTensor(t, 1.0, 2), numberTensor(t, 4.0)), ortwrap.ErrDifferent, "item [1]: the values differ",
		},
		{
			"sequence lengths", sequence(t), sequence(t, numberTensor(t, 1.0)), ortwrap.ErrDifferent,
			"expected 1 items, got 0",
		},
		{"empty sequences", sequence(t), sequence(t), nil, "all 0 elements agree"},
		{"maps", pair([]int64{1, 2}, 1, 2), pair([]int64{1, 2}, 1, 2), nil, "all 4 elements agree"},
		{"keys of maps", pair([]int64{1, 2}, 1, 2), pair([]int64{1, 3}, 1, 2), ortwrap.ErrDifferent, "item .keys:"},
		{"destroyed", gone, scalar(t, 1.0), ortwrap.ErrInvalidValue, "it has been destroyed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d, err := ortwrap.Compare(c.got, c.want, ortwrap.Tolerance{Absolute: 0.001, Relative: 0.01})
			if c.name == "absolute" {
				require.ErrorIs(t, err, ortwrap.ErrDifferent)
				d, err = ortwrap.Compare(c.got, c.want, ortwrap.Tolerance{Absolute: 0.01})
			}
			if c.err == nil {
				require.NoError(t, err)
				require.Contains(t, d.String(), c.text)
			} else {
				require.ErrorIs(t, err, c.err)
				require.ErrorContains(t, err, c.text)
			}
			_, err = json.Marshal(d)
			require.NoError(t, err)
		})
	}
}

func TestItemsAreCountedAsOneTensor(t *testing.T) {
	t.Parallel()
	got := sequence(t, numberTensor(t, 1.0, 2), numberTensor(t, 3, 4.5), numberTensor(t, 5, 9.0))
	want := sequence(t, numberTensor(t, 1.0, 2), numberTensor(t, 3, 4.0), numberTensor(t, 5, 6.0))
	d, err := ortwrap.Compare(got, want, ortwrap.Tolerance{})
	require.ErrorIs(t, err, ortwrap.ErrDifferent)
	require.Equal(t, ortwrap.Difference{
		Elements: 6, Wrong: 2, First: 3, Got: "4.5", Want: "4",
		MaxAbsolute: 3, MaxAbsoluteAt: 5, MaxRelative: 0.5, MaxRelativeAt: 5,
	}, d)
}

func TestTheRestOfALongerListIsWrong(t *testing.T) {
	t.Parallel()
	d := ortwrap.Tolerance{}.Compare([]float64{1, 2}, []float64{1})
	require.Equal(t, "1 of 2 elements differ, the first at 1: expected 1 element, got 2 elements", d.String())
	d = ortwrap.Tolerance{}.Compare(nil, []float64{1, 2})
	require.Equal(t, "2 of 2 elements differ, the first at 0: expected 2 elements, got 0 elements", d.String())
}
