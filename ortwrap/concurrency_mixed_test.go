package ortwrap_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// Not parallel: the environment and the logger belong to the whole process.
func TestManyGoroutinesDoEverythingAtOnce(t *testing.T) {
	log := slog.New(&records{level: slog.LevelWarn})
	t.Cleanup(func() { ortwrap.SetLogger(nil) })
	var shared atomic.Pointer[ortwrap.Session]
	reopen := func() error { // while others use the old one
		session, err := ortwrap.NewSession().FromMemory(digits.Model()).WithThreads(2).Open()
		if err != nil {
			return err
		}
		if old := shared.Swap(session); old != nil {
			return old.Close()
		}
		return nil
	}
	require.NoError(t, reopen())
	works := []func(g int) error{
		func(g int) error { return unlessClosed(classify(t.Context(), shared.Load(), g)) },
		func(g int) error { return unlessClosed(classifyBound(t.Context(), shared.Load(), g)) },
		func(g int) error { return runFor(t, shared.Load(), time.Duration(g)*10*time.Microsecond) },
		func(int) error { return reopen() },
		func(int) error { return inferWords() },
		func(int) error { return describe(shared.Load()) },
		func(g int) error {
			ortwrap.SetLogger([]*slog.Logger{nil, log}[g%2])
			return openAndClose(unusedModel(t))
		},
		func(int) error {
			if err := ortwrap.Shutdown(); err != nil && !errors.Is(err, ortwrap.ErrSessionsOpen) {
				return err
			}
			return ortwrap.Initialize()
		},
	}
	gather(t, func(g int) error {
		for i := range works {
			n := (g + i) % len(works)
			if err := works[n](g); err != nil {
				return fmt.Errorf("work %d: %w", n, err)
			}
		}
		return nil
	})
	require.NoError(t, shared.Load().Close())
	require.NoError(t, ortwrap.Shutdown())
}

// runFor runs a session with a context that may end in the midst of the run, as the session may.
func runFor(t *testing.T, session *ortwrap.Session, d time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	inputs, err := ortwrap.PrepareInputs(session, ortwrap.PrepareOptions{})
	if err != nil {
		return err
	}
	outputs, err := session.RunNamed(ctx, inputs)
	for _, v := range outputs {
		v.Destroy()
	}
	for _, v := range inputs {
		v.Destroy()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return unlessClosed(err)
}

// inferWords gives strings to a model of its own.
func inferWords() error {
	words, err := ortwrap.TensorOf([]string{"one", "two"})
	if err != nil {
		return err
	}
	defer words.Destroy()
	outputs, err := ortwrap.Infer(context.Background(), "testdata/words.onnx", words)
	if err != nil {
		return err
	}
	defer outputs[0].Destroy()
	got, err := ortwrap.Elements[string](outputs[0])
	if err != nil || got[1] != "two" {
		return fmt.Errorf("wrong words %q: %w", got, err)
	}
	return nil
}

// describe asks for all that can be asked.
func describe(session *ortwrap.Session) error {
	if _, err := session.Metadata(); unlessClosed(err) != nil {
		return err
	}
	if len(session.Inputs()) != 1 || len(session.Outputs()) != 1 || len(session.Opsets()) == 0 {
		return errors.New("the session does not know its model")
	}
	if _, err := ortwrap.Providers(); err != nil {
		return err
	}
	_, err := ortwrap.BuildInfo()
	return err
}
