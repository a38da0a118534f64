// Package measure takes the time of things that run again and again, several of them in turn.
//
//	plan := measure.Plan{Warmup: 10, Duration: time.Second}
//	results, err := measure.Measure(ctx, []measure.Subject{old, new}, plan, nil)
//
// Subjects take turns (A B A B …), so that whatever disturbs the machine disturbs all of them alike. A turn is one run
// where one caller runs, else as many runs as take about [turn], since callers have to wait for each other at its end.
package measure

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/stats"
)

// turn is how long a turn of several callers should take.
const turn = 50 * time.Millisecond

// slow is the time of a run from which on runs get a context that can stop them. It costs a call or two into ORT for
// each run, which would show in faster ones; those are not begun any more once the context has ended.
const slow = 5 * time.Millisecond

// Subject is what is measured.
type Subject struct {
	// Run runs once and says how long it took. It is called by Callers goroutines at the same time.
	Run     func(context.Context) (time.Duration, error)
	Callers int
}

// Plan says how much is measured of each subject.
type Plan struct {
	Warmup   int           // runs before, not measured, by each caller
	Runs     int           // runs in all, rounded up to a multiple of the callers; 0: as many as Duration allows
	Duration time.Duration // how long to measure where Runs is 0
}

// Result is what was measured of one subject.
type Result struct {
	Times []time.Duration // of each run, in order of turns
	Turns []time.Duration // mean time of a run in each turn
	Wall  time.Duration   // of all turns together
}

// Throughput is the number of runs in a second, of all callers together.
func (r Result) Throughput() float64 {
	if r.Wall <= 0 {
		return 0
	}
	return float64(len(r.Times)) / r.Wall.Seconds()
}

// Measure warms the subjects up and measures them in turn. The error is the context's, or the first of a run. Progress,
// which may be nil, is told which part of the measurement is done, from 0 to 1.
func Measure(ctx context.Context, subjects []Subject, plan Plan, progress func(float64)) ([]Result, error) {
	meters := make([]meter, len(subjects))
	for i, s := range subjects {
		warm, _, err := s.runs(ctx, ctx, plan.Warmup)
		if err != nil {
			return nil, err
		}
		meters[i] = newMeter(ctx, s, warm)
	}
	done := 0.0
	for done < 1 {
		done = 1
		for i := range meters {
			if err := meters[i].take(ctx, plan); err != nil {
				return nil, err
			}
			done = min(done, meters[i].done(plan))
		}
		if progress != nil {
			progress(done)
		}
	}
	results := make([]Result, len(meters))
	for i, m := range meters {
		results[i] = m.Result
	}
	return results, nil
}

// meter measures one subject.
type meter struct {
	Result
	subject Subject
	each    int             // runs of each caller in a turn
	inner   context.Context // of the runs
}

// newMeter looks at runs that are not measured to find how long turns should be.
func newMeter(ctx context.Context, s Subject, warm []time.Duration) meter {
	m := meter{subject: s, each: 1, inner: ctx}
	slices.Sort(warm)
	if middle := stats.Percentile(warm, 50); middle > 0 {
		if s.Callers > 1 {
			m.each = max(1, int(turn/middle))
		}
		if middle < slow {
			m.inner = context.WithoutCancel(ctx)
		}
	}
	return m
}

// take lets the subject have a turn.
func (m *meter) take(ctx context.Context, plan Plan) error {
	each := m.each
	if plan.Runs > 0 {
		left := plan.Runs - len(m.Times)
		each = min(each, (left+m.subject.Callers-1)/m.subject.Callers)
	}
	times, wall, err := m.subject.runs(ctx, m.inner, each)
	if err != nil || len(times) == 0 {
		return err
	}
	sum := time.Duration(0)
	for _, t := range times {
		sum += t
	}
	m.Times = append(m.Times, times...)
	m.Turns = append(m.Turns, sum/time.Duration(len(times)))
	m.Wall += wall
	return nil
}

func (m *meter) done(plan Plan) float64 {
	switch {
	case plan.Runs > 0:
		return min(1, float64(len(m.Times))/float64(plan.Runs))
	case plan.Duration > 0:
		return min(1, float64(m.Wall)/float64(plan.Duration))
	default:
		return 1
	}
}

// runs lets every caller run n times with the context inner, unless ctx ends. It returns the times of all runs and of
// the whole.
func (s Subject) runs(ctx, inner context.Context, n int) ([]time.Duration, time.Duration, error) {
	begin := time.Now()
	if s.Callers == 1 {
		times, err := s.caller(ctx, inner, n)
		return times, time.Since(begin), err
	}
	lists := make([][]time.Duration, s.Callers)
	var group errgroup.Group
	for i := range lists {
		group.Go(func() (err error) {
			lists[i], err = s.caller(ctx, inner, n)
			return err
		})
	}
	err := group.Wait()
	return slices.Concat(lists...), time.Since(begin), err
}

func (s Subject) caller(ctx, inner context.Context, n int) ([]time.Duration, error) {
	times := make([]time.Duration, 0, n)
	for range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t, err := s.Run(inner)
		if err != nil {
			return nil, err
		}
		times = append(times, t)
	}
	return times, nil
}
