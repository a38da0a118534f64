package matrix

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// errNotHere tells that an image is neither on this machine nor to be had.
var errNotHere = errors.New("its base image cannot be had")

// build makes the image of the row.
func (w *work) build(ctx context.Context, r run.Runner, name, copied string) error {
	base, err := w.base(ctx, r)
	if err != nil {
		return err
	}
	file := filepath.Join(copied, filepath.FromSlash(w.row.File))
	shared, _ := w.images.LoadOrStore([3]string{w.row.File, w.row.Stage, base}, &sync.Mutex{})
	lock, _ := shared.(*sync.Mutex)
	lock.Lock() // the second row finds the layers of the first
	defer lock.Unlock()
	return start(ctx, r, w.Engine.Build(Image{
		Name: name, File: file, Stage: w.row.Stage, Base: base, Context: filepath.Dir(file),
	}))
}

// base returns the image to start from: one that is here, or one of a registry.
func (w *work) base(ctx context.Context, r run.Runner) (string, error) {
	for _, image := range []string{w.row.Local, w.row.Base} {
		// Its answer is no matter for the log: that an image is not here is no fault yet.
		if image != "" && start(ctx, w.Open(io.Discard), w.Engine.Have(image)) == nil {
			return image, nil
		}
	}
	if err := start(ctx, r, w.Engine.Pull(w.row.Base)); err != nil {
		if ctx.Err() != nil {
			return "", err
		}
		return "", fmt.Errorf("%w: %s: %w%s", errNotHere, w.row.Base, err, lastLine(err))
	}
	return w.row.Base, nil
}

// lastLine is what a program printed at its end: its status alone tells nobody why.
func lastLine(err error) string {
	var exit *run.ExitError
	if !errors.As(err, &exit) || strings.TrimSpace(exit.Tail) == "" {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(exit.Tail), "\n")
	return ": " + lines[len(lines)-1]
}
