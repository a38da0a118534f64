package ortwrap

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
)

// Compare compares two values of any kind: what a model gave, and what it should have given. Kinds, element types and
// shapes must be the same. Floating-point elements may differ by the tolerance; integers, bools and strings must be
// equal, and so must all be under the zero Tolerance. Two optional values without content are the same.
//
// The items of sequences, and the keys and values of maps, are compared in their order; the Difference counts their
// elements as if they were one tensor.
//
// The error is [ErrDifferent] where the values differ, with a text that says where, and another one where they can't be
// compared: those of [Float64s]. The Difference is good in the first case too, as far as the comparison went.
func Compare(got, want Value, t Tolerance) (Difference, error) {
	if isNil(got) || isNil(want) {
		if isNil(got) && isNil(want) {
			return newDifference(), nil
		}
		return newDifference(), fmt.Errorf("%w: expected %s, got %s", ErrDifferent, kindOf(want), kindOf(got))
	}
	if kindOf(got) != kindOf(want) {
		return newDifference(), fmt.Errorf("%w: expected a %s, got a %s", ErrDifferent, kindOf(want), kindOf(got))
	}
	gotParts, names, err := parts(got)
	if err != nil {
		return newDifference(), err
	}
	wantParts, _, err := parts(want)
	if err != nil {
		return newDifference(), err
	}
	switch {
	case gotParts == nil:
		return compareTensors(got, want, t)
	case len(gotParts) != len(wantParts):
		return newDifference(), fmt.Errorf("%w: expected %d items, got %d", ErrDifferent, len(wantParts), len(gotParts))
	}
	all := newDifference()
	var first error
	for i := range gotParts {
		d, err := Compare(gotParts[i], wantParts[i], t)
		all.add(d)
		switch {
		case err != nil && !errors.Is(err, ErrDifferent):
			return all, fmt.Errorf("item %s: %w", names[i], err)
		case err != nil && first == nil:
			first = fmt.Errorf("item %s: %w", names[i], err)
		}
	}
	return all, first
}

func kindOf(v Value) string {
	if isNil(v) {
		return "nothing"
	}
	return Kind(v.GetONNXType()).String()
}

func compareTensors(got, want Value, t Tolerance) (Difference, error) {
	g, err := look(got)
	if err != nil {
		return newDifference(), err
	}
	w, err := look(want)
	if err != nil {
		return newDifference(), err
	}
	defer runtime.KeepAlive(got)
	defer runtime.KeepAlive(want)
	if g.element != w.element {
		return newDifference(), fmt.Errorf("%w: expected elements of type %s, got %s", ErrDifferent, w.element, g.element)
	}
	if !slices.Equal(g.shape, w.shape) {
		return newDifference(), fmt.Errorf("%w: expected shape %v, got %v", ErrDifferent, w.shape, g.shape)
	}
	var d Difference
	switch g.element {
	case String:
		d, err = compareStrings(g, w)
	case Int64: // float64 does not have room for all of them
		d, err = compareExactly(elementsAs[int64](g), elementsAs[int64](w)), nil
	case Uint64:
		d, err = compareExactly(elementsAs[uint64](g), elementsAs[uint64](w)), nil
	default:
		d, err = compareNumbers(g, w, t)
	}
	if err != nil {
		return d, err
	}
	return d, d.err()
}

func compareNumbers(g, w tensorView, t Tolerance) (Difference, error) {
	if !floating(g.element) {
		t = Tolerance{}
	}
	got, err := g.float64s()
	if err != nil {
		return newDifference(), err
	}
	want, err := w.float64s()
	if err != nil {
		return newDifference(), err
	}
	return t.Compare(got, want), nil
}

// compareExactly finds the first wrong integer itself, and leaves the sizes of the differences to float64.
func compareExactly[T int64 | uint64](got, want []T) Difference {
	d := Tolerance{}.Compare(widened(got), widened(want))
	d.Wrong, d.First, d.Got, d.Want = 0, -1, "", ""
	for i := range want {
		if got[i] != want[i] && d.isFirst(i) {
			d.Got, d.Want = fmt.Sprint(got[i]), fmt.Sprint(want[i])
		}
	}
	return d
}

func compareStrings(got, want tensorView) (Difference, error) {
	d := newDifference()
	g, err := got.strings()
	if err != nil {
		return d, err
	}
	w, err := want.strings()
	if err != nil {
		return d, err
	}
	d.Elements = len(w)
	for i := range w {
		if g[i] != w[i] && d.isFirst(i) {
			d.Got, d.Want = fmt.Sprintf("%q", g[i]), fmt.Sprintf("%q", w[i])
		}
	}
	return d, nil
}
