package matrix

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/gofrs/flock"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
)

// lock waits until nobody else runs the row, and removes what a run that was killed has left.
func (w *work) lock(ctx context.Context, folder string) (unlock func(), err error) {
	lock := flock.New(folder + ".lock")
	if held, err := lock.TryLock(); err == nil && !held {
		w.Line("%-14s waits: it is run elsewhere", w.row.Name)
	}
	if _, err := lock.TryLockContext(ctx, 200*time.Millisecond); err != nil {
		return nil, fmt.Errorf("waiting until nobody else runs the row: %w", err)
	}
	left, _ := glob.In(folder, "src-*") // a bad pattern is the only error
	for _, dir := range left {
		// A container outlives the program that started it, and would work in the same folders.
		c := Container{Name: w.container(dir)}
		_ = start(ctx, w.Open(io.Discard), w.Engine.Stop(c))
		_ = start(ctx, w.Open(io.Discard), w.Engine.Remove(c))
		_ = os.RemoveAll(dir) // what cannot be removed is in nobody's way
	}
	return func() { _ = lock.Unlock() }, nil
}
