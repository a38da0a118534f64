package stats

import (
	"slices"
	"time"
)

// Bucket is a row of a histogram: how many times t have From <= t < To. The last bucket has no end, and To is the
// longest time in it.
type Bucket struct {
	From, To time.Duration
	Count    int
}

// Histogram sorts times into n buckets of equal width from the shortest time to the 99th percentile, and a last one
// for what takes longer, so that a few stragglers do not press all others into one row.
func Histogram(times []time.Duration, n int) []Bucket {
	if len(times) == 0 || n < 1 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(times))
	first, last := sorted[0], Percentile(sorted, 99)
	width := max((last-first+time.Duration(n))/time.Duration(n), 1) // rounded up: last lies in the n-th bucket
	buckets := make([]Bucket, n+1)
	for i := range buckets {
		buckets[i].From = first + time.Duration(i)*width
		buckets[i].To = buckets[i].From + width
	}
	for _, t := range sorted {
		buckets[min(int((t-first)/width), n)].Count++
	}
	if buckets[n].Count == 0 {
		buckets = buckets[:n]
	}
	buckets[len(buckets)-1].To = max(buckets[len(buckets)-1].To, sorted[len(sorted)-1])
	for len(buckets) > 1 && buckets[len(buckets)-1].Count == 0 { // times that are all alike need one row
		buckets = buckets[:len(buckets)-1]
	}
	return buckets
}
