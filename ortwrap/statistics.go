package ortwrap

import "math"

// Statistics describes the elements of one tensor. Min, Max, Mean and Deviation are those of the finite elements; they
// are 0 where there is none, and always finite.
type Statistics struct {
	// Name is the output's name. An item of a sequence has its index after it, as in "maps[0]"; a map has two tensors,
	// "maps[0].keys" and "maps[0].values".
	Name  string  `json:"name"`
	Type  string  `json:"type"` // of the elements: "float32"; "none" for an empty optional, "sequence" for an empty one
	Shape []int64 `json:"shape"`
	Count int     `json:"count"` // of all elements
	Zeros int     `json:"zeros"`

	Finite           int `json:"finite"` // how many elements are finite numbers; 0 for strings
	NaN              int `json:"nan"`
	PositiveInfinity int `json:"positiveInfinity"`
	NegativeInfinity int `json:"negativeInfinity"`
	FirstNonFinite   int `json:"firstNonFinite"` // index in row-major order, or -1

	Min       float64 `json:"min"`
	Max       float64 `json:"max"`
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"` // standard deviation of the population

	Problems []Problem `json:"problems,omitempty"`
}

// measure counts and averages.
func (s *Statistics) measure(list []float64) {
	s.FirstNonFinite = -1
	for i, x := range list {
		switch {
		case math.IsNaN(x):
			s.NaN++
		case math.IsInf(x, 1):
			s.PositiveInfinity++
		case math.IsInf(x, -1):
			s.NegativeInfinity++
		default:
			if s.Finite == 0 {
				s.Min, s.Max = x, x
			}
			s.Finite++
			s.Min, s.Max = min(s.Min, x), max(s.Max, x)
			if x == 0 {
				s.Zeros++
			}
			continue
		}
		if s.FirstNonFinite < 0 {
			s.FirstNonFinite = i
		}
	}
	s.Mean, s.Deviation = spread(list, 1)
	if !finite(s.Mean) || !finite(s.Deviation) { // squares of large numbers do not fit
		scale := max(-s.Min, s.Max)
		s.Mean, s.Deviation = spread(list, scale)
		s.Mean, s.Deviation = s.Mean*scale, s.Deviation*scale
	}
}

// spread is the mean and the standard deviation of the finite numbers, divided by scale. It goes over them once, by
// Welford's method (Note on a Method for Calculating Corrected Sums of Squares and Products, Technometrics 4, 1962),
// which does not lose digits where the mean is far from 0.
func spread(list []float64, scale float64) (mean, deviation float64) {
	n, squares := 0.0, 0.0
	for _, x := range list {
		if !finite(x) {
			continue
		}
		x /= scale
		n++
		delta := x - mean
		mean += delta / n
		squares += delta * (x - mean)
	}
	if n == 0 {
		return 0, 0
	}
	return mean, math.Sqrt(squares / n)
}

// finite is false for NaN too.
func finite(x float64) bool { return x-x == 0 }
