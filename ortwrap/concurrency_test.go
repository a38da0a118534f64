package ortwrap_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

const goroutines = 64

// These tests are for the race detector as well: go test -race.

func TestManyGoroutinesRunOneSessionWhileItIsClosed(t *testing.T) {
	t.Parallel()
	session := openDigits(t)
	gather(t, func(g int) error {
		for range 20 {
			err := classify(t.Context(), session, g)
			if g == 0 { // closes after its last run
				if err != nil {
					return err
				}
			} else if err != nil {
				return unlessClosed(err)
			}
		}
		if g == 0 {
			return session.Close()
		}
		return nil
	})
}

func TestManyGoroutinesRunManySessions(t *testing.T) {
	t.Parallel()
	gather(t, func(g int) error {
		session, err := ortwrap.NewSession().FromMemory(digits.Model()).WithThreads(1).Open()
		if err != nil {
			return err
		}
		for range 5 {
			if err := classify(t.Context(), session, g); err != nil {
				return err
			}
		}
		return session.Close()
	})
}

func TestManyGoroutinesBindOneSessionWhileItIsClosed(t *testing.T) {
	t.Parallel()
	session := openDigits(t)
	gather(t, func(g int) error {
		for range 5 {
			if err := classifyBound(t.Context(), session, g); err != nil {
				return unlessClosed(err)
			}
		}
		if g == 0 {
			return session.Close()
		}
		return nil
	})
}

func TestManyGoroutinesShareOneBindingWhileItIsClosed(t *testing.T) {
	t.Parallel()
	session := openDigits(t)
	image := newTensor(t, ortwrap.NewShape(1, 64), make([]float32, 64)...)
	binding := bind(t, session, named{session.Inputs()[0].Name: image}, nil)
	gather(t, func(g int) error {
		for range 50 {
			if err := binding.Run(t.Context()); err != nil && !errors.Is(err, ortwrap.ErrBusy) {
				return unlessClosed(err)
			}
		}
		if g == 0 {
			return binding.Close()
		}
		return nil
	})
}

func TestManyGoroutinesAreStoppedAtOnce(t *testing.T) {
	t.Parallel()
	session := open(t, "count.onnx")
	forever := newTensor(t, ortwrap.NewShape(1), int64(1)<<40)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Add(goroutines)
	go func() {
		running.Wait()
		cancel()
	}()
	gather(t, func(int) error {
		running.Done()
		if _, err := session.Run(ctx, forever); !errors.Is(err, context.Canceled) {
			return fmt.Errorf("not stopped: %w", err)
		}
		return nil
	})
	got := runOne(t, session, newTensor(t, ortwrap.NewShape(1), int64(3)))
	require.Equal(t, []float32{3}, got.(*ortwrap.Tensor[float32]).GetData())
}

func openDigits(t *testing.T) *ortwrap.Session {
	t.Helper()
	session, err := ortwrap.NewSession().FromMemory(digits.Model()).WithThreads(1).Open()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, session.Close()) })
	return session
}

// gather runs work in many goroutines at the same time.
func gather(t *testing.T, work func(g int) error) {
	t.Helper()
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			if err := work(g); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func unlessClosed(err error) error {
	if errors.Is(err, ortwrap.ErrClosed) {
		return nil
	}
	return err
}

var samples = sync.OnceValues(digits.Samples)

// classify runs a session on the sample of a goroutine, every other time with a context that nobody can end.
func classify(ctx context.Context, session *ortwrap.Session, g int) error {
	samples, err := samples()
	if err != nil {
		return err
	}
	sample := samples[g%len(samples)]
	image, err := ortwrap.NewTensor(ortwrap.NewShape(1, 64), sample.Image())
	if err != nil {
		return err
	}
	defer image.Destroy()
	if g%2 == 0 {
		ctx = context.Background()
	}
	outputs, err := session.Run(ctx, image)
	if err != nil {
		return err
	}
	defer outputs[0].Destroy()
	return compareSample(sample, outputs[0])
}

// classifyBound does the same with a binding of its own, which one half of the goroutines leaves open.
func classifyBound(ctx context.Context, session *ortwrap.Session, g int) error {
	samples, err := samples()
	if err != nil {
		return err
	}
	image, err := ortwrap.NewEmptyTensor[float32](ortwrap.NewShape(1, 64))
	if err != nil {
		return err
	}
	defer image.Destroy() // a binding that is left open does not run any more
	binding, err := session.Bind(named{session.Inputs()[0].Name: image}, nil)
	if err != nil {
		return err
	}
	if g%2 == 0 {
		defer binding.Close()
	}
	for i := range samples {
		sample := samples[(i+g)%len(samples)]
		copy(image.GetData(), sample.Image())
		if err := binding.Run(ctx); err != nil {
			return err
		}
		outputs, err := binding.Outputs()
		if err != nil {
			return err
		}
		for _, v := range outputs {
			if err := compareSample(sample, v); err != nil {
				return err
			}
			v.Destroy()
		}
	}
	return nil
}

func compareSample(sample digits.Sample, v ortwrap.Value) error {
	got := v.(*ortwrap.Tensor[float32]).GetData()
	for k, want := range sample.Probabilities {
		if d := got[k] - want; !(d < 1e-5 && d > -1e-5) {
			return fmt.Errorf("digit %d: probability %d is %g, not %g", sample.Digit, k, got[k], want)
		}
	}
	return nil
}
