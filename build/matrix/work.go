package matrix

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// imageStep is the name under which the making of the image is reported.
const imageStep = "image"

// patience is how long the end of a container may take after Ctrl-C. Mage leaves five seconds.
const patience = 4 * time.Second

// errNotHere tells that an image is neither on this machine nor to be had.
var errNotHere = errors.New("its base image cannot be had")

// work is one row under way.
type work struct {
	*Runner
	row    Row
	steps  []Step
	result *Result
}

// run carries out the row and writes down what came of it.
func (w *work) run(ctx context.Context) {
	begin := time.Now()
	err := w.inContainer(ctx)
	w.result.Seconds = time.Since(begin).Seconds()
	switch {
	case err == nil:
		w.result.State, w.result.Reason = Passed, ""
	case errors.Is(err, errNotHere):
		w.result.State, w.result.Reason = NotRun, err.Error()
	default:
		w.result.State, w.result.Reason = Failed, err.Error()
	}
	w.Line("%-14s %s (%s)", w.row.Name, w.result.State, seconds(w.result.Seconds))
}

// inContainer makes the image, the copy of the sources and the container, and runs the steps in it.
func (w *work) inContainer(ctx context.Context) error {
	image := "localhost/onnxruntime-builder/" + w.row.Name
	folder := w.Host.folder(w.row)
	for _, dir := range []string{filepath.Join(folder, "home"), filepath.Join(folder, "builder", "downloads"), w.Host.downloads(), w.logs()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("making the folders of the row: %w", err)
		}
	}
	unlock, err := w.lock(ctx, folder)
	if err != nil {
		return err
	}
	defer unlock()
	copied, err := os.MkdirTemp(folder, "src-")
	if err != nil {
		return fmt.Errorf("making the folders of the row: %w", err)
	}
	defer os.RemoveAll(copied)
	c := w.Host.container(w.row, "onnxruntime-builder-"+w.row.Name+"-"+strings.TrimPrefix(filepath.Base(copied), "src-"), image, copied)
	if err := w.step(ctx, imageStep, func(ctx context.Context, r run.Runner) error {
		if err := copySources(ctx, r, w.Host.Root, copied); err != nil {
			return err
		}
		if err := w.build(ctx, r, image, copied); err != nil {
			return err
		}
		return start(ctx, r, w.Engine.Create(c))
	}); err != nil {
		return err
	}
	defer func() { // also after Ctrl-C
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		_ = start(ctx, w.Open(&bytes.Buffer{}), w.Engine.Remove(c)) // what is left is seen by the engine's own list
	}()
	for _, s := range w.steps {
		if err := w.step(ctx, s.Name, func(ctx context.Context, r run.Runner) error {
			return w.contained(ctx, r, c, strings.Fields(s.Command))
		}); err != nil {
			return err
		}
	}
	return nil
}

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

// step does one thing with a log of its own. A step that could not begin, as its image is not to be had, is not noted.
func (w *work) step(ctx context.Context, name string, do func(context.Context, run.Runner) error) error {
	log, err := os.Create(filepath.Join(w.logs(), w.Stamp+"-matrix-"+w.row.Name+"-"+name+".log"))
	if err != nil {
		return fmt.Errorf("making the log: %w", err)
	}
	defer log.Close()
	begin := time.Now()
	err = do(ctx, w.Open(log))
	done := StepResult{Name: name, State: Passed, Seconds: time.Since(begin).Seconds(), Log: log.Name()}
	if err == nil {
		w.Line("%-14s %s (%s)", w.row.Name, name, report.Duration(time.Since(begin)))
		w.result.Steps = append(w.result.Steps, done)
		return nil
	}
	fmt.Fprintf(log, "%s: %v\n", name, err)
	w.result.Step, w.result.Log = name, log.Name()
	if !errors.Is(err, errNotHere) {
		done.State = Failed
		w.result.Steps = append(w.result.Steps, done)
		w.Line("%-14s %s failed: %v\nlog:  %s", w.row.Name, name, err, log.Name())
	}
	return err
}

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
	return start(ctx, r, w.Engine.Build(Image{Name: name, File: file, Stage: w.row.Stage, Base: base, Context: filepath.Dir(file)}))
}

// base returns the image to start from: one that is here, or one of a registry.
func (w *work) base(ctx context.Context, r run.Runner) (string, error) {
	for _, image := range []string{w.row.Local, w.row.Base} {
		if image != "" && start(ctx, r, w.Engine.Have(image)) == nil {
			return image, nil
		}
	}
	if err := start(ctx, r, w.Engine.Pull(w.row.Base)); err != nil {
		if ctx.Err() != nil {
			return "", err
		}
		return "", fmt.Errorf("%w: %s: %w", errNotHere, w.row.Base, err)
	}
	return w.row.Base, nil
}

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

func (w *work) logs() string { return filepath.Join(w.Host.Home, "logs") }
