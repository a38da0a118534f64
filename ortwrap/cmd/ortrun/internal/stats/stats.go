// Package stats sums up measured times.
//
//	s := stats.Summarize(times)
//	fmt.Println(s.P50, s.P99)
package stats

import (
	"math"
	"slices"
	"time"
)

// Summary describes a list of times. It is zero for an empty list.
type Summary struct {
	Count                        int
	Min, P50, P90, P95, P99, Max time.Duration
	Mean, Deviation/* standard, n */ time.Duration
}

// Summarize sums up times in any order, which it does not change.
func Summarize(times []time.Duration) Summary {
	if len(times) == 0 {
		return Summary{}
	}
	sorted := slices.Sorted(slices.Values(times))
	mean := 0.0
	for _, t := range sorted {
		mean += float64(t) / float64(len(sorted))
	}
	variance := 0.0
	for _, t := range sorted {
		variance += (float64(t) - mean) * (float64(t) - mean) / float64(len(sorted))
	}
	return Summary{
		Count:     len(sorted),
		Min:       sorted[0],
		P50:       Percentile(sorted, 50),
		P90:       Percentile(sorted, 90),
		P95:       Percentile(sorted, 95),
		P99:       Percentile(sorted, 99),
		Max:       sorted[len(sorted)-1],
		Mean:      time.Duration(math.Round(mean)),
		Deviation: time.Duration(math.Round(math.Sqrt(variance))),
	}
}

// Percentile is the p-th percentile, 0 to 100, of a sorted list by nearest rank: the smallest element that at least p
// percent of all elements do not exceed. So it is always one of the elements. It is zero for an empty list.
func Percentile[T ~int64 | ~float64](sorted []T, p float64) T {
	if len(sorted) == 0 {
		var zero T
		return zero
	}
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
