package measure

import (
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/stats"
)

// Ratio compares a result with a base that was measured in the same call: below 1, it is faster.
type Ratio struct {
	P50  float64 `json:"p50"`  // of the median times
	Mean float64 `json:"mean"` // of the mean times
	// Turn is the median of the ratios of neighbouring turns, Low and High their quartiles: what slows a neighbour down
	// too does not change it.
	Turn float64 `json:"turn"`
	Low  float64 `json:"turn_low"`
	High float64 `json:"turn_high"`
}

// Compare says how r's times relate to those of base.
func (r Result) Compare(base Result) Ratio {
	mine, other := stats.Summarize(r.Times), stats.Summarize(base.Times)
	n := min(len(r.Turns), len(base.Turns))
	turns := make([]float64, n)
	for i := range turns {
		turns[i] = ratio(r.Turns[i], base.Turns[i])
	}
	slices.Sort(turns)
	return Ratio{
		P50:  ratio(mine.P50, other.P50),
		Mean: ratio(mine.Mean, other.Mean),
		Turn: stats.Percentile(turns, 50),
		Low:  stats.Percentile(turns, 25),
		High: stats.Percentile(turns, 75),
	}
}

// ratio is 0 where there is nothing to divide by.
func ratio[T ~int64](a, b T) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
