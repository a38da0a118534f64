package matrix

import (
	"context"
	"io"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Runner runs rows.
type Runner struct {
	Engine Engine
	Host   Host
	Open   func(log io.Writer) run.Runner   // starts programs, and writes what they print to log
	Stamp  string                           // begins the names of logs
	Line   func(format string, args ...any) // tells a person how it goes

	images sync.Map // [Image] without a name → *sync.Mutex: rows that share an image make it once
}

// Run runs the rows, as many at once as fit into the free memory, and at least one. Only steps of these names are run.
// A row that fails does not stop the others. The results have the order of the rows; the error tells only that ctx was
// done before all had ended.
func (r *Runner) Run(ctx context.Context, m Matrix, rows []Row, steps []string) ([]Result, error) {
	results := make([]Result, len(rows))
	room, slots := r.room(rows), semaphore.NewWeighted(int64(max(r.Host.Cores, 1)))
	free := semaphore.NewWeighted(room)
	var wait sync.WaitGroup
	for i, row := range rows {
		need := min(int64(row.Memory), room)
		results[i] = Result{
			Row: row.Name, System: row.System, Target: row.Target,
			State: NotRun, Reason: "stopped", Steps: []StepResult{}, // a list in JSON too
		}
		if slots.Acquire(ctx, 1) != nil || free.Acquire(ctx, need) != nil {
			continue
		}
		wait.Go(func() {
			defer slots.Release(1)
			defer free.Release(need)
			w := &work{Runner: r, row: row, steps: m.StepsOf(row, steps), result: &results[i]}
			w.run(ctx)
		})
	}
	wait.Wait()
	return results, context.Cause(ctx)
}

// room is the free memory in gigabytes. Where nobody knows it, it is that of the largest row: one at a time.
func (r *Runner) room(rows []Row) int64 {
	if r.Host.Memory > 0 {
		return max(r.Host.Memory/gigabyte, 1)
	}
	largest := 1
	for _, row := range rows {
		largest = max(largest, row.Memory)
	}
	return int64(largest)
}
