package verify

import (
	"cmp"
	"math"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// Element is an element that is not as expected.
type Element struct {
	Output     string
	Index      []int64
	Got, Want  float64
	Difference float64 // |Got-Want|, infinite where one of both is not finite
}

// worst finds up to n elements of two tensors of numbers that differ most; none for other values, whose error says
// enough.
func worst(name string, got, want ortwrap.Value, t ortwrap.Tolerance, n int) []Element {
	if !numeric(got) || !numeric(want) || !slices.Equal(got.GetShape(), want.GetShape()) {
		return nil
	}
	a, err := ortwrap.Float64s(got)
	if err != nil {
		return nil
	}
	b, err := ortwrap.Float64s(want)
	if err != nil {
		return nil
	}
	var list []Element
	for i := range b {
		if t.Near(a[i], b[i]) {
			continue
		}
		e := Element{Output: name, Got: a[i], Want: b[i], Difference: math.Abs(a[i] - b[i])}
		if math.IsNaN(e.Difference) {
			e.Difference = math.Inf(1)
		}
		e.Index = index(i, want.GetShape())
		list = append(list, e)
	}
	slices.SortStableFunc(list, func(a, b Element) int { return cmp.Compare(b.Difference, a.Difference) })
	return list[:min(n, len(list))]
}

// index is the place of the i-th element in row-major order.
func index(i int, shape ortwrap.Shape) []int64 {
	place := make([]int64, len(shape))
	rest := int64(i)
	for k := len(shape) - 1; k >= 0; k-- {
		place[k] = rest % shape[k]
		rest /= shape[k]
	}
	return place
}
