package ortwrap_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// soakVariable names the environment variable with the number of runs. A million take about a minute:
//
//	ORTWRAP_SOAK=1000000 go test -count=1 -v -run TestMemoryStaysFlat .
const (
	soakVariable = "ORTWRAP_SOAK"
	soakRuns     = 30_000   // without the variable
	soakGrowth   = 16 << 20 // bytes
)

// Not parallel: others would need memory too.
func TestMemoryStaysFlatOverManyRuns(t *testing.T) {
	runs := soakRuns
	if n := os.Getenv(soakVariable); n != "" {
		var err error
		runs, err = strconv.Atoi(n)
		require.NoError(t, err)
	}
	s := newSoak(t)
	if instrumented { // the address sanitizer finds what is not freed, and needs memory for that
		for s.runs < soakRuns/10 {
			s.round(t)
		}
		return
	}
	for s.runs < runs/10 { // until caches are full
		s.round(t)
	}
	before := resident(t)
	for s.runs < runs {
		s.round(t)
	}
	after := resident(t)
	t.Logf("%d runs: %d KiB resident, then %d KiB", runs, before>>10, after>>10)
	require.Less(t, after-before, soakGrowth, "bytes more after %d runs", runs)
}

// resident is the memory of the process, in bytes, that is not in files or swapped out. Unused memory of Go is given
// back before.
func resident(t *testing.T) int {
	t.Helper()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skipf("this system does not tell how much memory is resident: %v", err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	require.NoError(t, err)
	return pages * os.Getpagesize()
}

// soak is what stays open all the time.
type soak struct {
	runs                                    int
	digits, words, split, join, count, tree *ortwrap.Session
	model, outside, outsideData             []byte
	ended                                   context.Context
}

func newSoak(t *testing.T) *soak {
	t.Helper()
	open := func(path string) *ortwrap.Session {
		session, err := ortwrap.NewSession().FromFile(path).WithThreads(1).Open()
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, session.Close()) })
		return session
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	return &soak{
		digits: open(filepath.Join("examples", "digits", "digits.onnx")),
		words:  open(filepath.Join("testdata", "words.onnx")),
		split:  open(filepath.Join("testdata", "split.onnx")),
		join:   open(filepath.Join("testdata", "join.onnx")),
		count:  open(filepath.Join("testdata", "count.onnx")),
		tree:   open(upstream(t, "sklearn_randomforest.onnx")),
		model:  digits.Model(), outside: read(t, "outside.onnx"), outsideData: read(t, "outside.bin"),
		ended: ended,
	}
}

// round does everything once or a few times: whatever it makes, it frees.
func (s *soak) round(t *testing.T) {
	t.Helper()
	for range 20 {
		s.run(t, s.digits, mustMake(ortwrap.TensorOf(make([]float32, 64), 1, 64))(t))
	}
	s.run(t, s.words, mustMake(ortwrap.TensorOf([]string{strings.Repeat("long ", 1000), ""}))(t))
	s.run(t, s.split, mustMake(ortwrap.TensorOf(make([]float32, 64)))(t))
	s.run(t, s.join, mustMake(ortwrap.SequenceOf(make([]float32, 64), make([]float32, 1000)))(t))
	s.run(t, s.tree, mustMake(ortwrap.TensorOf([]float32{5.9, 3, 5.1, 1.8}, 1, 4))(t))
	s.bind(t)
	s.open(t)
	s.fail(t)
}

func mustMake(v ortwrap.Value, err error) func(*testing.T) ortwrap.Value {
	return func(t *testing.T) ortwrap.Value {
		t.Helper()
		require.NoError(t, err)
		return v
	}
}

// run runs a model and frees the input and the outputs.
func (s *soak) run(t *testing.T, session *ortwrap.Session, input ortwrap.Value) {
	t.Helper()
	outputs, err := session.Run(t.Context(), input)
	require.NoError(t, err)
	destroyAll(t, append(outputs, input))
	s.runs++
}

func (s *soak) bind(t *testing.T) {
	t.Helper()
	image := mustMake(ortwrap.TensorOf(make([]float32, 64), 1, 64))(t)
	binding, err := s.digits.Bind(named{"image": image}, nil)
	require.NoError(t, err)
	for range 20 {
		require.NoError(t, binding.Run(t.Context()))
		outputs, err := binding.Outputs()
		require.NoError(t, err)
		destroyAll(t, []ortwrap.Value{outputs["probabilities"]})
		s.runs++
	}
	require.NoError(t, binding.Close())
	require.NoError(t, image.Destroy())
}

// open opens and closes sessions of each kind, with a binding left open.
func (s *soak) open(t *testing.T) {
	t.Helper()
	for _, b := range []ortwrap.SessionBuilder{
		ortwrap.NewSession().FromMemory(s.model),
		ortwrap.NewSession().FromMemory(s.outside).WithExternalBytes("outside.bin", s.outsideData),
		ortwrap.NewSession().FromFile(filepath.Join("testdata", "described.onnx")),
	} {
		session, err := b.WithThreads(1).Open()
		require.NoError(t, err)
		_, err = session.Metadata()
		require.NoError(t, err)
		inputs, err := ortwrap.PrepareInputs(session, ortwrap.PrepareOptions{})
		require.NoError(t, err)
		binding, err := session.Bind(inputs, nil)
		require.NoError(t, err)
		require.NoError(t, binding.Run(t.Context()))
		s.runs++
		require.NoError(t, session.Close())
		for _, v := range inputs {
			require.NoError(t, v.Destroy())
		}
	}
}

// fail makes mistakes, and stops runs.
func (s *soak) fail(t *testing.T) {
	t.Helper()
	require.Error(t, openingBytes([]byte("text"))())
	require.Error(t, openingBytes(s.model[:len(s.model)/2])())
	require.Error(t, openingBytes(bytes.Repeat([]byte{8}, 100))())
	_, err := ortwrap.NewTensor(ortwrap.NewShape(3), []float32{1})
	require.Error(t, err)
	wrong := mustMake(ortwrap.TensorOf([]float32{1}))(t)
	_, err = s.digits.Run(t.Context(), wrong)
	require.ErrorIs(t, err, ortwrap.ErrInputShape)
	_, err = s.words.Run(t.Context(), wrong)
	require.ErrorIs(t, err, ortwrap.ErrInputType)
	_, err = s.split.Run(s.ended, wrong)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, wrong.Destroy())

	forever := mustMake(ortwrap.TensorOf([]int64{1 << 40}))(t)
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() {
		_, err := s.count.Run(ctx, forever)
		stopped <- err
	}()
	cancel()
	require.ErrorIs(t, <-stopped, context.Canceled)
	require.NoError(t, forever.Destroy())
}
