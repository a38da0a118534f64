package matrix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// imageStep is the name under which the making of the image is reported.
const imageStep = "image"

// patience is how long the end of a container may take after Ctrl-C. Mage leaves five seconds.
const patience = 4 * time.Second

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
		w.result.Step = cmp.Or(w.result.Step, imageStep)
	}
	w.Line("%-14s %s (%s)", w.row.Name, w.result.State, seconds(w.result.Seconds))
}

// inContainer makes the image, the copy of the sources and the container, and runs the steps in it.
func (w *work) inContainer(ctx context.Context) error {
	image := "localhost/onnxruntime-builder/" + w.row.Name
	folder := w.Host.folder(w.row)
	for _, dir := range []string{
		filepath.Join(folder, "home"), filepath.Join(folder, "builder", "downloads"), w.Host.downloads(), w.logs(),
	} {
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
	c := w.Host.container(w.row, w.container(copied), image, copied)
	defer func() { // also after Ctrl-C, and where it was made only in part
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		_ = start(ctx, w.Open(io.Discard), w.Engine.Remove(c)) // what is left is seen by the engine's own list
	}()
	if err := w.step(ctx, imageStep, func(ctx context.Context, r run.Runner) error {
		if err := copySources(ctx, w.Open(io.Discard), w.Host.Root, copied); err != nil { // a thousand names tell nothing
			return err
		}
		if err := w.build(ctx, r, image, copied); err != nil {
			return err
		}
		return start(ctx, r, w.Engine.Create(c))
	}); err != nil {
		return err
	}
	for _, s := range w.steps {
		if err := w.step(ctx, s.Name, func(ctx context.Context, r run.Runner) error {
			return w.contained(ctx, r, c, strings.Fields(s.Command))
		}); err != nil {
			return err
		}
	}
	return nil
}

// container is the name of the container that works in a copy of the sources.
func (w *work) container(copied string) string {
	return "onnxruntime-builder-" + w.row.Name + "-" + strings.TrimPrefix(filepath.Base(copied), "src-")
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
		w.Line("%-14s %s\nlog:  %s", w.row.Name, failure(name, err), log.Name())
	}
	return err
}

// failure tells why a step failed, with the last lines that its program printed.
func failure(step string, err error) string {
	f := &fault.Error{Op: step + " failed", Err: err}
	var exit *run.ExitError
	if errors.As(err, &exit) {
		f.Tail = exit.Tail
	}
	return fault.Format(f)
}

func (w *work) logs() string { return filepath.Join(w.Host.Home, "logs") }
