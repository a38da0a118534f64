package measure_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/measure"
)

// fixed is a subject whose runs all take the same time, by its own word, and write a letter.
func fixed(log *[]byte, letter byte, took time.Duration) measure.Subject {
	return measure.Subject{Callers: 1, Run: func(context.Context) (time.Duration, error) {
		*log = append(*log, letter)
		return took, nil
	}}
}

func TestSubjectsTakeTurns(t *testing.T) {
	t.Parallel()
	var log []byte
	var seen []float64
	results, err := measure.Measure(t.Context(), []measure.Subject{
		fixed(&log, 'a', 20*time.Millisecond), fixed(&log, 'b', 30*time.Millisecond),
	}, measure.Plan{Warmup: 2, Runs: 4}, func(done float64) { seen = append(seen, done) })
	require.NoError(t, err)
	require.Equal(t, "aabbabababab", string(log))
	require.Equal(t, []float64{0.25, 0.5, 0.75, 1}, seen)
	require.Len(t, results, 2)
	for _, r := range results {
		require.Len(t, r.Times, 4)
		require.Len(t, r.Turns, 4)
		require.Positive(t, r.Throughput())
	}
	require.Equal(t, measure.Ratio{P50: 1.5, Mean: 1.5, Turn: 1.5, Low: 1.5, High: 1.5}, results[1].Compare(results[0]))
	require.Zero(t, measure.Result{}.Compare(measure.Result{}))
	require.Zero(t, measure.Result{}.Throughput())
}

func TestCallersRunAtTheSameTime(t *testing.T) {
	t.Parallel()
	var count atomic.Int64
	both := make(chan bool)
	s := measure.Subject{Callers: 2, Run: func(context.Context) (time.Duration, error) {
		count.Add(1)
		select { // each waits for the other
		case both <- true:
		case <-both:
		}
		return time.Hour, nil
	}}
	results, err := measure.Measure(t.Context(), []measure.Subject{s}, measure.Plan{Warmup: 1, Runs: 5}, nil)
	require.NoError(t, err)
	require.Len(t, results[0].Times, 6, "five runs are three of each caller")
	require.EqualValues(t, 8, count.Load())
}

func TestTheDurationEndsAMeasurement(t *testing.T) {
	t.Parallel()
	s := measure.Subject{Callers: 1, Run: func(context.Context) (time.Duration, error) {
		time.Sleep(time.Millisecond)
		return time.Millisecond, nil
	}}
	results, err := measure.Measure(t.Context(), []measure.Subject{s}, measure.Plan{Duration: 5 * time.Millisecond}, nil)
	require.NoError(t, err)
	require.NotEmpty(t, results[0].Times)
	require.LessOrEqual(t, len(results[0].Times), 5)
}

func TestAFailureOrTheContextEndsAMeasurement(t *testing.T) {
	t.Parallel()
	failure := errors.New("no")
	for _, callers := range []int{1, 3} {
		bad := measure.Subject{Callers: callers, Run: func(context.Context) (time.Duration, error) { return 0, failure }}
		_, err := measure.Measure(t.Context(), []measure.Subject{bad}, measure.Plan{Runs: 1}, nil)
		require.ErrorIs(t, err, failure)

		ctx, cancel := context.WithCancel(t.Context())
		var runs atomic.Int64
		fast := measure.Subject{Callers: callers, Run: func(inner context.Context) (time.Duration, error) {
			if runs.Add(1) == 100 {
				require.NoError(t, inner.Err())
				cancel()
				require.NoError(t, inner.Err(), "fast runs are not stopped")
			}
			return time.Microsecond, nil
		}}
		_, err = measure.Measure(ctx, []measure.Subject{fast}, measure.Plan{Warmup: 3, Duration: time.Hour}, nil)
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestSlowRunsCanBeStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	s := measure.Subject{Callers: 1, Run: func(inner context.Context) (time.Duration, error) {
		if runs++; runs > 3 {
			cancel()
			<-inner.Done()
			return 0, inner.Err()
		}
		return time.Second, nil
	}}
	_, err := measure.Measure(ctx, []measure.Subject{s}, measure.Plan{Warmup: 1, Duration: time.Hour}, nil)
	require.ErrorIs(t, err, context.Canceled)
}
