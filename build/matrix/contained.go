package matrix

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// contained runs a command in the container. After Ctrl-C the container is ended at once, not after its client.
func (w *work) contained(ctx context.Context, r run.Runner, c Container, command []string) error {
	stopped := make(chan struct{})
	forget := context.AfterFunc(ctx, func() {
		defer close(stopped)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		_ = start(ctx, r, w.Engine.Stop(c)) // it may have ended by itself
	})
	err := start(ctx, r, w.Engine.Step(c, command))
	if !forget() {
		<-stopped
	}
	return err
}

// start runs a command, unless there is none.
func start(ctx context.Context, r run.Runner, cmd run.Cmd) error {
	if cmd.Path == "" {
		return nil
	}
	return r.Run(ctx, cmd)
}
