package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTimeLeftNeedsAStepAndATotal(t *testing.T) {
	t.Parallel()
	var p pace
	for _, c := range []struct{ done, total int64 }{{0, 10}, {5, -1}, {5, 4}} {
		p.add(time.Minute, c.done, c.total)
		_, ok := p.left(time.Minute)
		require.False(t, ok, c)
	}
}

func TestTimeLeftAtASteadyPaceIsTheAverage(t *testing.T) {
	t.Parallel()
	var p pace
	for done := range int64(500) {
		elapsed := time.Duration(done+1) * 100 * time.Millisecond
		p.add(elapsed, done+1, 1000)
		left, ok := p.left(elapsed)
		require.True(t, ok)
		require.Equal(t, time.Duration(1000-done-1)*100*time.Millisecond, left.Round(time.Millisecond), done)
	}
	require.Less(t, len(p.marks), 30, "marks of the half that is behind are kept")
}

// 800 of 1,000 steps come from a cache in 20 seconds, the others take a minute each.
func TestTimeLeftForgetsWhatACacheHad(t *testing.T) {
	t.Parallel()
	var p pace
	elapsed := time.Duration(0)
	for done := range int64(800) {
		elapsed += 25 * time.Millisecond
		p.add(elapsed, done+1, 1000)
	}
	for done := int64(801); done <= 803; done++ {
		elapsed += time.Minute
		p.add(elapsed, done, 1000)
	}
	left, ok := p.left(elapsed)
	require.True(t, ok)
	require.InDelta(t, 197*time.Minute, left, float64(time.Minute))
	later, ok := p.left(elapsed + time.Hour)
	require.True(t, ok)
	require.Equal(t, left-time.Hour, later, "it is not counted down between two steps")
	overdue, ok := p.left(elapsed + 9*time.Hour)
	require.True(t, ok)
	require.Zero(t, overdue)
}

// A step that takes longer than all before it does not divide by zero.
func TestTimeLeftWhileNothingMoves(t *testing.T) {
	t.Parallel()
	var p pace
	p.add(time.Second, 1, 10)
	p.add(time.Minute, 1, 10)
	left, ok := p.left(time.Minute)
	require.True(t, ok)
	require.Equal(t, 9*time.Minute, left)
}
