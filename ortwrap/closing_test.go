package ortwrap_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/cexit"
)

// The environment belongs to the whole process, so the tests that shut it down are not parallel to any other.

// everything is one of each thing that has to be closed.
type everything struct {
	session *ortwrap.Session
	binding *ortwrap.Binding
	values  []ortwrap.Value // of every kind that a caller makes
	results []ortwrap.Value // a sequence that a run has made, and one that a bound run has
}

func openEverything(t *testing.T) *everything {
	t.Helper()
	e := new(everything)
	var err error
	add := func(v ortwrap.Value, err error) ortwrap.Value {
		require.NoError(t, err)
		e.values = append(e.values, v)
		return v
	}
	x := add(ortwrap.TensorOf([]float32{1, 2}))
	add(ortwrap.TensorOf([]string{"one", ""}))
	add(ortwrap.ScalarOf(ortwrap.BF16Of(1)))
	add(ortwrap.NewMapFromGoMap(map[string]float32{"a": 1}))
	add(ortwrap.SequenceOf([]int64{1}, nil))
	e.session, err = ortwrap.NewSession().FromMemory(read(t, "split.onnx")).WithThreads(1).Open()
	require.NoError(t, err)
	e.results, err = e.session.Run(t.Context(), x)
	require.NoError(t, err)
	e.binding, err = e.session.Bind(named{"x": x}, nil)
	require.NoError(t, err)
	require.NoError(t, e.binding.Run(t.Context()))
	outputs, err := e.binding.Outputs()
	require.NoError(t, err)
	e.results = append(e.results, outputs["parts"])
	return e
}

func destroyAll(t *testing.T, values []ortwrap.Value) {
	t.Helper()
	for _, v := range values {
		require.NoError(t, v.Destroy())
	}
}

func TestEverythingMayBeClosedInAnyOrderAndTheEnvironmentComesBack(t *testing.T) {
	require.NoError(t, ortwrap.Shutdown())
	for order := range permutations([]string{"session", "binding", "values", "results", "environment"}) {
		e := openEverything(t)
		open := true
		for _, what := range order {
			switch what {
			case "session":
				require.NoError(t, e.session.Close())
				open = false
			case "binding":
				require.NoError(t, e.binding.Close())
			case "values":
				destroyAll(t, e.values)
			case "results":
				destroyAll(t, e.results)
			case "environment":
				if open {
					require.ErrorIs(t, ortwrap.Shutdown(), ortwrap.ErrSessionsOpen, "%v", order)
				} else {
					require.NoError(t, ortwrap.Shutdown(), "%v", order)
				}
			}
		}
		require.NoError(t, ortwrap.Shutdown(), "%v", order)
	}
}

func TestTheEnvironmentComesBackAfterManyFailures(t *testing.T) {
	require.NoError(t, ortwrap.Initialize()) // so that onnxruntime_go knows the library
	require.NoError(t, ortwrap.Shutdown())
	model := read(t, "constant.onnx")
	for range 50 {
		require.NoError(t, ort.InitializeEnvironment())
		require.ErrorIs(t, ortwrap.Initialize(), ortwrap.ErrForeignEnvironment)
		require.NoError(t, ort.DestroyEnvironment())
		require.ErrorIs(t, openingBytes([]byte("text"))(), ortwrap.ErrModelFormat)
		require.NoError(t, openingBytes(model)())
		require.NoError(t, ortwrap.Shutdown())
	}
}

// noticed is a context that tells when a run begins to watch it, just before the model does.
type noticed struct {
	context.Context
	once  *sync.Once
	begun chan struct{}
}

func (n noticed) Done() <-chan struct{} {
	n.once.Do(func() { close(n.begun) })
	return n.Context.Done()
}

func TestCloseWaitsForARunThatHasBegun(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(ctx context.Context, s *ortwrap.Session, times ortwrap.Value) error{
		"run": func(ctx context.Context, s *ortwrap.Session, times ortwrap.Value) error {
			_, err := s.Run(ctx, times)
			return err
		},
		"bound run": func(ctx context.Context, s *ortwrap.Session, times ortwrap.Value) error {
			binding, err := s.Bind(named{"times": times}, nil)
			if err != nil {
				return err
			}
			return binding.Run(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session, err := ortwrap.CreateSession(read(t, "count.onnx"))
			require.NoError(t, err)
			forever := newTensor(t, ortwrap.NewShape(1), int64(1)<<40)
			inner, cancel := context.WithCancel(t.Context())
			defer cancel()
			ctx := noticed{inner, new(sync.Once), make(chan struct{})}
			result, closed := make(chan error, 1), make(chan error, 2)
			go func() { result <- start(ctx, session, forever) }()
			<-ctx.begun
			for range 2 {
				go func() { closed <- session.Close() }()
			}
			select {
			case <-closed:
				t.Fatal("closed under a run")
			case <-time.After(20 * time.Millisecond):
			}
			require.ErrorIs(t, start(t.Context(), session, forever), ortwrap.ErrClosed) // without waiting
			cancel()
			require.ErrorIs(t, <-result, context.Canceled)
			require.NoError(t, <-closed)
			require.NoError(t, <-closed)
			require.ErrorIs(t, start(t.Context(), session, forever), ortwrap.ErrClosed)
		})
	}
}

// A program ends well with everything left open, and ORT at work, whether it ends as Go does or as C does.
func TestAProgramMayLeaveEverythingOpen(t *testing.T) {
	exits := map[string]func(int){"Go": os.Exit, "C": cexit.Exit}
	if exit := exits[os.Getenv(aloneVariable+"_EXIT")]; exit != nil {
		leaveEverythingOpen(t)
		os.Stdout.WriteString("left open\n")
		exit(0)
	}
	for name := range exits {
		t.Run(name, func(t *testing.T) {
			t.Setenv(aloneVariable+"_EXIT", name)
			stdout, stderr := runAlone(t, "TestAProgramMayLeaveEverythingOpen")
			require.Equal(t, "left open\n", stdout)
			require.Empty(t, stderr)
		})
	}
}

func leaveEverythingOpen(t *testing.T) {
	t.Helper()
	ortwrap.SetLogger(slog.New(&records{level: slog.LevelDebug}))
	openEverything(t)
	session, err := ortwrap.CreateSession(read(t, "count.onnx")) // with a pool of threads
	require.NoError(t, err)
	forever, err := ortwrap.NewTensor(ortwrap.NewShape(1), []int64{1 << 40})
	require.NoError(t, err)
	binding, err := session.Bind(named{"times": forever}, nil)
	require.NoError(t, err)
	go session.Run(context.Background(), forever)
	go binding.Run(context.Background())
	require.Eventually(t, func() bool {
		_, err := binding.Outputs()
		return errors.Is(err, ortwrap.ErrBusy)
	}, 10*time.Second, time.Millisecond)
}
