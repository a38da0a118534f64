package ortwrap

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Score is one class of a classifier and what the model gave it.
type Score struct {
	Index int     `json:"index"` // along the last axis
	Value float64 `json:"value"`
}

// TopK finds the k largest elements along the last axis, the largest first: k for each of the n rows of a tensor
// [n, classes], k for the one row of a tensor [classes]; see [Rows]. Equal elements are in the order of their indices, and NaN
// comes after all numbers. [Softmax] does not change the order, so logits will do.
//
// The error is [ErrOption] where k is not between 1 and the number of classes, and those of [Rows].
func TopK(v Value, k int) ([][]Score, error) {
	rows, err := Rows(v)
	if err != nil {
		return nil, fmt.Errorf("finding the top %d: %w", k, err)
	}
	top := make([][]Score, len(rows))
	for i, row := range rows {
		if k < 1 || k > len(row) {
			return nil, fmt.Errorf("%w: the top %d: expected 1 to %d, the number of classes", ErrOption, k, len(row))
		}
		scores := make([]Score, len(row))
		for j, x := range row {
			scores[j] = Score{j, x}
		}
		slices.SortFunc(scores, better)
		top[i] = slices.Clone(scores[:k]) // not the memory of all classes
	}
	return top, nil
}

// better orders larger values first. cmp.Compare has NaN below all numbers.
func better(a, b Score) int {
	return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Index, b.Index))
}

// Rows are the elements along the last axis of a tensor of numbers: n slices of a tensor [n, classes], one slice of a
// tensor [classes]. They are copies. Many networks for images give [n, classes, 1, 1]: dimensions of 1 at the end count for
// nothing where two others stand before them.
//
// The error is [ErrInvalidValue] for a scalar and where the last axis has no elements, and those of [Float64s].
func Rows(v Value) ([][]float64, error) {
	list, err := Float64s(v)
	if err != nil {
		return nil, err
	}
	shape := v.GetShape()
	for len(shape) > 2 && shape[len(shape)-1] == 1 {
		shape = shape[:len(shape)-1]
	}
	if len(shape) == 0 {
		return nil, fmt.Errorf("%w: expected at least one dimension, got a scalar", ErrInvalidValue)
	}
	size := int(shape[len(shape)-1])
	if size == 0 {
		return nil, fmt.Errorf("%w: expected at least one element along the last axis, got shape %v",
			ErrInvalidValue, []int64(shape))
	}
	rows := make([][]float64, len(list)/size)
	for i := range rows {
		rows[i], list = list[:size:size], list[size:]
	}
	return rows, nil
}

// Softmax turns logits into probabilities: exp(x) divided by the sum of all exp(x). The largest logit is subtracted
// first, so that no exp overflows. A logit of -Inf has the probability 0; NaN, +Inf and nothing but -Inf give NaN.
func Softmax[T float32 | float64](logits []T) []T {
	if len(logits) == 0 {
		return []T{}
	}
	largest, sum := float64(slices.Max(logits)), 0.0
	terms := make([]float64, len(logits))
	for i, x := range logits {
		terms[i] = math.Exp(float64(x) - largest)
		sum += terms[i]
	}
	out := make([]T, len(logits))
	for i, e := range terms {
		out[i] = T(e / sum)
	}
	return out
}

// CheckProbabilities checks that each element of a tensor is between 0 and 1 and that each row along the last axis sums
// to 1, as after a softmax. Both may be off by the tolerance; 1e-5 is right for float32 and 1e-2 for float16.
//
// The error is [ErrValidation] and names the first row that is wrong, or one of those of [Rows].
func CheckProbabilities(v Value, tolerance float64) error {
	rows, err := Rows(v)
	if err != nil {
		return fmt.Errorf("checking probabilities: %w", err)
	}
	for i, row := range rows {
		sum := 0.0
		for j, p := range row {
			if !(p >= -tolerance && p <= 1+tolerance) { // NaN is wrong too
				return fmt.Errorf("%w: row %d: probability %d is %g, not between 0 and 1", ErrValidation, i, j, p)
			}
			sum += p
		}
		if !(math.Abs(sum-1) <= tolerance) {
			return fmt.Errorf("%w: row %d: the probabilities sum to %g, not to 1 within %g",
				ErrValidation, i, sum, tolerance)
		}
	}
	return nil
}
