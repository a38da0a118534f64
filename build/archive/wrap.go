package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Wrap makes the archive out, which holds one object. The same object gives the same bytes.
func Wrap(ctx context.Context, runner run.Runner, ar, object, out string) error {
	if err := os.Remove(out); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("making an archive of %q: %w", object, err)
	}
	cmd := run.Cmd{Path: ar, Args: []string{"qc", out, object}}
	if err := runner.Run(ctx, cmd); err != nil {
		return fmt.Errorf("making an archive of %q: %w", object, err)
	}
	if err := normalise(out); err != nil {
		return fmt.Errorf("making an archive of %q: %w", object, err)
	}
	return nil
}
