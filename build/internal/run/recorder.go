package run

import (
	"context"
	"sync"
)

// Recorder is a [Runner] for tests: it keeps every command and starts nothing.
type Recorder struct {
	// Answer stands for the program: it may write to cmd.Stdout and return an error. Nil: every command succeeds silently.
	Answer func(ctx context.Context, cmd Cmd) error

	mu   sync.Mutex
	cmds []Cmd
}

// Run implements [Runner].
func (r *Recorder) Run(ctx context.Context, cmd Cmd) error {
	r.mu.Lock()
	r.cmds = append(r.cmds, cmd)
	r.mu.Unlock()
	if r.Answer == nil {
		return nil
	}
	return r.Answer(ctx, cmd)
}

// Commands returns the commands so far, in order.
func (r *Recorder) Commands() []Cmd {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Cmd(nil), r.cmds...)
}
