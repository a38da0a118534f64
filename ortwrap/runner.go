package ortwrap

import (
	"context"
	"sync"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// runner is what one run needs beside the session, made once for many runs.
type runner struct {
	*stopper
	native          capi.Runner
	inputs, outputs []capi.Value // the native runner's; outputs are zero between runs
}

// run runs the model on the runner's inputs, and stops it when the context ends.
func (r *runner) run(ctx context.Context) error {
	r.watch(ctx)
	err := r.native.Run()
	r.forget()
	return runError(ctx, err)
}

// runError is what to say of a run: where the context has ended, that is why it failed.
func runError(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return convert(err)
}

// runners are those that a session's runs have left for the next ones: as many as have run at the same time.
type runners struct {
	lock sync.Mutex
	idle []*runner
}

// get takes a runner for s, which goes back with put.
func (l *runners) get(s *Session) (*runner, error) {
	l.lock.Lock()
	if n := len(l.idle); n > 0 {
		r := l.idle[n-1]
		l.idle = l.idle[:n-1]
		l.lock.Unlock()
		return r, nil
	}
	l.lock.Unlock()
	stopper, err := newStopper()
	if err != nil {
		return nil, err
	}
	native := s.native.NewRunner(stopper.options, s.inputNames, s.outputNames)
	return &runner{stopper, native, native.Inputs(), native.Outputs()}, nil
}

func (l *runners) put(r *runner) {
	clear(r.outputs)
	l.lock.Lock()
	l.idle = append(l.idle, r)
	l.lock.Unlock()
}

// release frees the runners. None may be in use.
func (l *runners) release() {
	for _, r := range l.idle {
		r.native.Release()
		r.release()
	}
	l.idle = nil
}
