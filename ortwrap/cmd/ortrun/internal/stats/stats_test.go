package stats_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/stats"
)

func TestPercentilesAreByNearestRank(t *testing.T) {
	t.Parallel()
	five := []float64{15, 20, 35, 40, 50}
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(i + 1)
	}
	for _, c := range []struct {
		list []float64
		p    float64
		want float64
	}{
		{five, 0, 15},
		{five, 5, 15},
		{five, 20, 15},
		{five, 20.1, 20},
		{five, 30, 20},
		{five, 40, 20},
		{five, 50, 35},
		{five, 100, 50},
		{five, 120, 50},
		{five[:1], 99, 15},
		{five[:2], 50, 15},
		{nil, 50, 0},
		{hundred, 50, 50},
		{hundred, 95, 95},
		{hundred, 99, 99},
		{hundred, 99.5, 100},
	} {
		require.Equal(t, c.want, stats.Percentile(c.list, c.p), "%v of %v", c.p, c.list)
	}
}

func TestASummaryDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	times := make([]time.Duration, 1000)
	for i := range times {
		times[i] = time.Duration(i + 1)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(times), func(i, k int) { times[i], times[k] = times[k], times[i] })
	before := slices.Clone(times)
	require.Equal(t, stats.Summary{
		Count: 1000, Min: 1, P50: 500, P90: 900, P95: 950, P99: 990, Max: 1000, Mean: 501, Deviation: 289,
	}, stats.Summarize(times))
	require.Equal(t, before, times)
	require.Zero(t, stats.Summarize(nil))
}

func TestAHistogramCountsEveryTime(t *testing.T) {
	t.Parallel()
	require.Nil(t, stats.Histogram(nil, 4))
	require.Equal(t, []stats.Bucket{{From: 7, To: 8, Count: 3}}, stats.Histogram([]time.Duration{7, 7, 7}, 4))
	times := make([]time.Duration, 0, 201)
	for i := range 200 {
		times = append(times, 100+time.Duration(i%100))
	}
	times = append(times, 5000)
	require.Equal(t, []stats.Bucket{
		{From: 100, To: 125, Count: 50},
		{From: 125, To: 150, Count: 50},
		{From: 150, To: 175, Count: 50},
		{From: 175, To: 200, Count: 50},
		{From: 200, To: 5000, Count: 1},
	}, stats.Histogram(times, 4))
	for n := range 20 {
		for size := 1; size < 50; size++ {
			list := make([]time.Duration, size)
			for i := range list {
				list[i] = time.Duration(rand.Int64N(1000))
			}
			sum := 0
			for _, b := range stats.Histogram(list, n+1) {
				sum += b.Count
			}
			require.Equal(t, size, sum, "%v in %d", list, n+1)
		}
	}
}
