package ortwrap_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

// The logger belongs to the whole process, so these tests are not parallel to any other.

// records is a handler that keeps what it gets.
type records struct {
	level slog.Level
	lock  sync.Mutex
	list  []slog.Record
	react func() // called for each record
}

func (r *records) Enabled(_ context.Context, level slog.Level) bool { return level >= r.level }

func (r *records) Handle(_ context.Context, record slog.Record) error {
	r.lock.Lock()
	r.list = append(r.list, record)
	react := r.react
	r.lock.Unlock()
	if react != nil {
		react()
	}
	return nil
}

func (r *records) WithAttrs([]slog.Attr) slog.Handler { return r }

func (r *records) WithGroup(string) slog.Handler { return r }

// take returns the messages of ORT so far and forgets them.
func (r *records) take() []slog.Record {
	r.lock.Lock()
	defer r.lock.Unlock()
	var list []slog.Record
	for _, record := range r.list {
		if logAttributes(record)["category"] != "" {
			list = append(list, record)
		}
	}
	r.list = nil
	return list
}

func logAttributes(r slog.Record) map[string]string {
	all := map[string]string{}
	r.Attrs(func(a slog.Attr) bool {
		all[a.Key] = a.Value.String()
		return true
	})
	return all
}

// listen logs into records for the time of the test.
func listen(t *testing.T, level slog.Level) *records {
	t.Helper()
	r := &records{level: level}
	ortwrap.SetLogger(slog.New(r))
	t.Cleanup(func() { ortwrap.SetLogger(nil) })
	return r
}

// unusedModel is a model with an initializer that no operator uses: ORT warns about it.
func unusedModel(t *testing.T) ortwrap.SessionBuilder {
	t.Helper()
	return ortwrap.NewSession().WithPreference(ortwrap.CPUOnly).FromMemory(read(t, "unused.onnx"))
}

func mustOpen(t *testing.T, b ortwrap.SessionBuilder) {
	t.Helper()
	session, err := b.Open()
	require.NoError(t, err)
	require.NoError(t, session.Close())
}

func TestMessagesOfORTReachTheLogger(t *testing.T) {
	for name, prepare := range map[string]func() error{"initialised": ortwrap.Initialize, "not yet": ortwrap.Shutdown} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, prepare())
			log := listen(t, slog.LevelWarn)
			mustOpen(t, unusedModel(t))
			list := log.take()
			require.NotEmpty(t, list)
			found := false
			for _, r := range list {
				require.GreaterOrEqual(t, r.Level, slog.LevelWarn)
				if strings.Contains(r.Message, "idle") {
					found = true
					require.Equal(t, slog.LevelWarn, r.Level)
					require.Equal(t, "onnxruntime", logAttributes(r)["category"])
					require.Contains(t, logAttributes(r)["location"], "graph.cc")
					require.Contains(t, logAttributes(r), "logid")
				}
			}
			require.True(t, found, "%v", list)
		})
	}
}

func TestTheLevelOfTheLoggerAndOfTheSession(t *testing.T) {
	require.NoError(t, ortwrap.Initialize())
	log := listen(t, slog.LevelError)
	mustOpen(t, unusedModel(t))
	require.Empty(t, log.take())
	mustOpen(t, unusedModel(t).WithLogLevel(slog.LevelDebug)) // the logger drops them
	require.Empty(t, log.take())

	log = listen(t, slog.LevelDebug)
	mustOpen(t, unusedModel(t))
	all := len(log.take())
	mustOpen(t, unusedModel(t).WithLogLevel(slog.LevelWarn))
	few := len(log.take())
	require.Positive(t, few)
	require.Greater(t, all, few)

	ortwrap.SetLogger(nil)
	mustOpen(t, unusedModel(t).WithLogLevel(slog.LevelDebug))
	require.Empty(t, log.take())
}

func TestAHandlerMayCallThePackage(t *testing.T) {
	require.NoError(t, ortwrap.Shutdown())
	log := listen(t, slog.LevelDebug)
	var begun, done atomic.Bool
	log.react = func() {
		if !begun.CompareAndSwap(false, true) {
			return // what is logged in here
		}
		_, err := ortwrap.BuildInfo()
		require.NoError(t, err)
		_, err = ortwrap.Providers()
		require.NoError(t, err)
		mustOpen(t, unusedModel(t))
		ortwrap.Shutdown() // refused or not, it returns
		ortwrap.SetLogger(slog.New(log))
		done.Store(true)
	}
	mustOpen(t, unusedModel(t))
	require.True(t, done.Load())
}

func TestTheLoggerMayChangeWhileSessionsOpen(t *testing.T) {
	log := listen(t, slog.LevelDebug)
	loggers := []*slog.Logger{nil, slog.New(log), slog.New(&records{level: slog.LevelError})}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 8 {
				ortwrap.SetLogger(loggers[(i+j)%len(loggers)])
				session, err := unusedModel(t).Open()
				if err == nil {
					err = session.Close()
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestMessagesThatAreHeldBackAreDeliveredLater(t *testing.T) {
	require.NoError(t, ortwrap.Initialize())
	log := listen(t, slog.LevelWarn)
	deliver := ortwrap.HoldMessages()
	mustOpen(t, unusedModel(t))
	require.Empty(t, log.take())
	deliver()
	require.NotEmpty(t, log.take())
	mustOpen(t, unusedModel(t))
	require.NotEmpty(t, log.take())
}

// aloneVariable names the environment variable that makes a test run as a program of its own.
const aloneVariable = "ORTWRAP_TEST_ALONE"

// runAlone runs a test as a program of its own and returns what it writes.
func runAlone(t *testing.T, name string) (stdout, stderr string) {
	t.Helper()
	var out, bad bytes.Buffer
	command := platformtest.Command(t.Context(), os.Args[0], "-test.run=^"+name+"$", "-test.count=1")
	command.Env = append(os.Environ(), aloneVariable+"=1", "ASAN_OPTIONS=detect_leaks=0") // they may end at any time
	command.Stdout, command.Stderr = &out, &bad
	require.NoError(t, command.Run(), "%s%s", &out, &bad)
	return out.String(), bad.String()
}

func TestWithoutALoggerNothingIsWritten(t *testing.T) {
	if os.Getenv(aloneVariable) != "" {
		mustOpen(t, unusedModel(t).WithLogLevel(slog.LevelDebug))
		mustOpen(t, unusedModel(t))
		_, err := ortwrap.NewSession().FromMemory([]byte("text")).Open()
		require.Error(t, err)
		return
	}
	stdout, stderr := runAlone(t, t.Name())
	require.Equal(t, "PASS", strings.TrimSpace(strings.Split(stdout, "\n")[0]))
	require.Empty(t, stderr)
}

func TestAProgramMayEndWhileORTLogs(t *testing.T) {
	if instrumented {
		t.Skip("C's exit handlers free ORT's tables, which opening a session meanwhile needs; Go's exit runs none")
	}
	if os.Getenv(aloneVariable) != "" {
		listen(t, slog.LevelDebug)
		for range 4 {
			go func() {
				for {
					session, err := unusedModel(t).Open()
					if err == nil {
						session.Close()
					}
				}
			}()
		}
		time.Sleep(20 * time.Millisecond)
		os.Exit(0)
	}
	for range 5 {
		_, stderr := runAlone(t, t.Name())
		require.Empty(t, stderr)
	}
}
