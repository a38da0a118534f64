package matrix

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
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
	left, _ := filepath.Glob(filepath.Join(folder, "src-*")) // a bad pattern is the only error
	for _, dir := range left {
		_ = os.RemoveAll(dir) // what cannot be removed is in nobody's way
	}
	return func() { _ = lock.Unlock() }, nil
}
