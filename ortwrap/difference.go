package ortwrap

import (
	"fmt"
	"math"
)

// Tolerance is how far a number may be from the expected one: by Absolute + Relative * |expected|, as in numpy's
// allclose. NaN is only near NaN, and an infinity only near itself. The zero Tolerance asks for equal numbers.
type Tolerance struct {
	Absolute float64 `json:"absolute"`
	Relative float64 `json:"relative"`
}

// Near says whether a number is near enough to the expected one.
func (t Tolerance) Near(got, want float64) bool {
	switch {
	case math.IsNaN(want):
		return math.IsNaN(got)
	case math.IsInf(want, 0) || got == want: // the tolerance would be infinite too
		return got == want
	}
	return math.Abs(got-want) <= t.Absolute+t.Relative*math.Abs(want)
}

// Compare compares numbers one by one. Where one list is longer, its rest is wrong.
func (t Tolerance) Compare(got, want []float64) Difference {
	d := newDifference()
	d.Elements = max(len(got), len(want))
	both := min(len(got), len(want))
	for i, w := range want[:both] {
		g := got[i]
		d.measure(i, g, w)
		if !t.Near(g, w) && d.isFirst(i) {
			d.Got, d.Want = fmt.Sprint(g), fmt.Sprint(w)
		}
	}
	for i := both; i < d.Elements; i++ {
		if d.isFirst(i) {
			d.Got, d.Want = counted(len(got), "element"), counted(len(want), "element")
		}
	}
	return d
}

// Difference says how far apart two values are. Indices are those of elements in row-major order, -1 for none. It can
// be written as JSON.
type Difference struct {
	Elements int    `json:"elements"` // compared
	Wrong    int    `json:"wrong"`    // how many are beyond the tolerance
	First    int    `json:"first"`    // index of the first of them
	Got      string `json:"got,omitempty"`
	Want     string `json:"want,omitempty"` // the first wrong element as text: strings are quoted

	// The largest differences between finite numbers, |got-want| and |got-want| / |want|, and where they are. Elements
	// whose expected value is 0 have no relative difference.
	MaxAbsolute   float64 `json:"maxAbsolute"`
	MaxAbsoluteAt int     `json:"maxAbsoluteAt"`
	MaxRelative   float64 `json:"maxRelative"`
	MaxRelativeAt int     `json:"maxRelativeAt"`
}

func newDifference() Difference { return Difference{First: -1, MaxAbsoluteAt: -1, MaxRelativeAt: -1} }

// String is for people: "3 of 10 elements differ, the first at 4: expected 1, got 1.5; largest difference 0.5 at 4,
// relative 0.5 at 4".
func (d Difference) String() string {
	text := fmt.Sprintf("all %d elements agree", d.Elements)
	if d.Wrong > 0 {
		text = fmt.Sprintf("%d of %d elements differ, the first at %d: expected %s, got %s",
			d.Wrong, d.Elements, d.First, d.Want, d.Got)
	}
	if d.MaxAbsoluteAt >= 0 {
		text += fmt.Sprintf("; largest difference %.3g at %d", d.MaxAbsolute, d.MaxAbsoluteAt)
	}
	if d.MaxRelativeAt >= 0 {
		text += fmt.Sprintf(", relative %.3g at %d", d.MaxRelative, d.MaxRelativeAt)
	}
	return text
}

func (d Difference) err() error {
	if d.Wrong == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrDifferent, d)
}

// isFirst counts a wrong element, and says whether it is the first one.
func (d *Difference) isFirst(i int) bool {
	d.Wrong++
	if d.Wrong > 1 {
		return false
	}
	d.First = i
	return true
}

func (d *Difference) measure(i int, got, want float64) {
	absolute := math.Abs(got - want)
	if !(absolute > 0) || math.IsInf(absolute, 0) { // equal, or not both finite
		return
	}
	if absolute > d.MaxAbsolute {
		d.MaxAbsolute, d.MaxAbsoluteAt = absolute, i
	}
	if relative := absolute / math.Abs(want); relative > d.MaxRelative && !math.IsInf(relative, 0) {
		d.MaxRelative, d.MaxRelativeAt = relative, i
	}
}

// add appends what was found out about the elements that follow.
func (d *Difference) add(next Difference) {
	if d.Wrong == 0 && next.Wrong > 0 {
		d.First, d.Got, d.Want = d.Elements+next.First, next.Got, next.Want
	}
	d.Wrong += next.Wrong
	if next.MaxAbsolute > d.MaxAbsolute {
		d.MaxAbsolute, d.MaxAbsoluteAt = next.MaxAbsolute, d.Elements+next.MaxAbsoluteAt
	}
	if next.MaxRelative > d.MaxRelative {
		d.MaxRelative, d.MaxRelativeAt = next.MaxRelative, d.Elements+next.MaxRelativeAt
	}
	d.Elements += next.Elements
}
