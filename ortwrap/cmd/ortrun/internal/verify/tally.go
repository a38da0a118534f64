package verify

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// tally counts how runs differ from the first one in one output.
type tally struct {
	other   int // runs with other bits
	drifted int // runs beyond the tolerance
	largest float64
	example error
}

func (t *tally) look(got, first ortwrap.Value, tolerance ortwrap.Tolerance) error {
	same, err := identical(got, first)
	if err != nil || same {
		return err
	}
	t.other++
	d, err := ortwrap.Compare(got, first, tolerance)
	t.largest = max(t.largest, d.MaxAbsolute)
	if errors.Is(err, ortwrap.ErrDifferent) {
		t.drifted++
		t.example = err
		return nil
	}
	return err
}

func (t *tally) repeatable(runs int) error {
	if t.other == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d runs gave other bits than the first, at most %.3g apart", t.other, runs-1, t.largest)
}

func (t *tally) stable(runs int) error {
	if t.drifted == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d runs left the tolerance of the first: %w", t.drifted, runs-1, t.example)
}

// identical compares the bits of tensors of numbers, and the elements of everything else.
func identical(got, want ortwrap.Value) (bool, error) {
	if numeric(got) && numeric(want) && got.DataType() == want.DataType() {
		a, err := ortwrap.Bytes(got)
		if err != nil {
			return false, err
		}
		b, err := ortwrap.Bytes(want)
		return bytes.Equal(a, b), err
	}
	_, err := ortwrap.Compare(got, want, ortwrap.Tolerance{})
	if errors.Is(err, ortwrap.ErrDifferent) {
		return false, nil
	}
	return err == nil, err
}

func numeric(v ortwrap.Value) bool {
	return v != nil && ortwrap.Kind(v.GetONNXType()) == ortwrap.KindTensor &&
		ortwrap.ElementType(v.DataType()) != ortwrap.String
}
