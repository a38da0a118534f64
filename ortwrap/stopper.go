package ortwrap

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// stopper stops runs, one at a time, when their context ends. It outlives the runs: options are made once only.
type stopper struct {
	options capi.RunOptions
	done    <-chan struct{} // of the context that is watched; nil if none is
	unwatch func() bool
	stop    func()        // terminates runs with the options
	stopped chan struct{} // gets one item from each call of stop
}

func newStopper() (*stopper, error) {
	options, err := capi.NewRunOptions()
	if err != nil {
		return nil, convert(err)
	}
	s := &stopper{options: options, stopped: make(chan struct{}, 1)}
	s.stop = func() {
		_ = options.Terminate() // cannot fail: it sets a flag
		s.stopped <- struct{}{}
	}
	return s, nil
}

// watch makes ctx, and nothing else, stop runs with the options. It does nothing if ctx is watched already.
func (s *stopper) watch(ctx context.Context) {
	done := ctx.Done()
	if done == s.done {
		return
	}
	s.forget()
	if done != nil {
		s.done, s.unwatch = done, context.AfterFunc(ctx, s.stop)
	}
}

// forget ends watching. Runs that begin later are not stopped.
func (s *stopper) forget() {
	if s.done == nil {
		return
	}
	if !s.unwatch() {
		<-s.stopped
		_ = s.options.Resume() // cannot fail either
	}
	s.done, s.unwatch = nil, nil
}

func (s *stopper) release() {
	s.forget()
	s.options.Release()
}
