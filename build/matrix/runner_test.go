package matrix_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

// answering is a machine on which programs do what answer says. git knows of no file.
func answering(answer func(run.Cmd) error) *run.Recorder {
	return &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		if cmd.Path == "git" {
			return nil
		}
		return answer(cmd)
	}}
}

// newRunner runs rows with an engine on a machine with so many gigabytes free, and notes what a person is told.
func newRunner(t *testing.T, engine string, r run.Runner, gigabytes int64) (*matrix.Runner, *[]string) {
	t.Helper()
	at := slices.IndexFunc(matrix.Engines, func(e matrix.Engine) bool { return e.Name() == engine })
	var lock sync.Mutex
	var lines []string
	return &matrix.Runner{
		Engine: matrix.Engines[at], Host: matrix.Host{Root: t.TempDir(), Home: t.TempDir(), Cores: 8, Memory: gigabytes << 30},
		Stamp: "now", Open: func(io.Writer) run.Runner { return r },
		Line: func(format string, args ...any) {
			lock.Lock()
			defer lock.Unlock()
			lines = append(lines, fmt.Sprintf(format, args...))
		},
	}, &lines
}

// both runs all of a matrix.
func both(t *testing.T, r *matrix.Runner) []matrix.Result {
	t.Helper()
	m := parse(t, small)
	steps, err := m.ChooseSteps(nil)
	require.NoError(t, err)
	results, err := r.Run(t.Context(), m, m.Rows, steps)
	require.NoError(t, err)
	return results
}

// does tells whether a command line has these words, one behind the other.
func does(cmd run.Cmd, words string) bool {
	return strings.Contains(" "+cmd.Path+" "+strings.Join(cmd.Args, " ")+" ", " "+words+" ")
}

func TestRowsRunTheirStepsInTheirContainer(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"docker", "podman", "buildah"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			recorder := answering(func(run.Cmd) error { return nil })
			r, lines := newRunner(t, engine, recorder, 64)
			results := both(t, r)
			for _, result := range results {
				require.Equal(t, matrix.Passed, result.State, result.Reason)
				require.Empty(t, result.Step)
			}
			require.Equal(t, "image doctor build", names(results[0]))
			require.Equal(t, "image build", names(results[1]))
			require.NoError(t, matrix.Verdict(results, true))
			require.True(t, slices.ContainsFunc(*lines, func(l string) bool { return strings.HasPrefix(l, "old            passed") }), *lines)
			steps := 0
			for _, cmd := range recorder.Commands() {
				if does(cmd, "go tool mage doctor") || does(cmd, "go tool mage buildCpu") {
					steps++
				}
				require.False(t, does(cmd, "pull"), "the image is here")
			}
			require.Equal(t, 3, steps)
			left, err := filepath.Glob(filepath.Join(r.Host.Home, "matrix", "*", "src-*"))
			require.NoError(t, err)
			require.Empty(t, left, "copies of the sources are left")
		})
	}
}

func names(r matrix.Result) string {
	var list []string
	for _, s := range r.Steps {
		list = append(list, s.Name)
	}
	return strings.Join(list, " ")
}

func TestAFailingStepIsNamedWithItsLogAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	recorder := answering(func(cmd run.Cmd) error {
		if does(cmd, "go tool mage doctor") {
			return errors.New("exit status 1")
		}
		return nil
	})
	r, lines := newRunner(t, "podman", recorder, 64)
	results := both(t, r)
	failed, passed := results[0], results[1]
	require.Equal(t, matrix.Passed, passed.State)
	require.Equal(t, matrix.Failed, failed.State)
	require.Equal(t, "doctor", failed.Step)
	require.Equal(t, "image doctor", names(failed), "nothing runs behind it")
	require.Equal(t, filepath.Join(r.Host.Home, "logs", "now-matrix-old-doctor.log"), failed.Log)
	text, err := os.ReadFile(failed.Log)
	require.NoError(t, err)
	require.Contains(t, string(text), "exit status 1")
	require.Contains(t, strings.Join(*lines, "\n"), failed.Log)

	err = matrix.Verdict(results, false)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.ErrorContains(t, err, "old in doctor")
	require.ErrorContains(t, err, "1 of 2 rows failed")
	require.Contains(t, f.Tail, failed.Log)
	require.Contains(t, f.Hint, "ROWS=old go tool mage ci:matrix")
}

func TestAnImageThatCannotBeHadIsNoFailureOutsideOfCI(t *testing.T) {
	t.Parallel()
	recorder := answering(func(cmd run.Cmd) error {
		if does(cmd, "registry.example/new:2") && (does(cmd, "inspect") || does(cmd, "pull")) {
			return &run.ExitError{Cmd: cmd, Err: errors.New("exit status 125"), Tail: "trying\nError: no route\n"}
		}
		return nil
	})
	r, _ := newRunner(t, "docker", recorder, 64)
	results := both(t, r)
	require.Equal(t, matrix.Passed, results[0].State, "it has a local image")
	require.Equal(t, matrix.NotRun, results[1].State)
	require.Contains(t, results[1].Reason, "registry.example/new:2: docker: exit status 125: Error: no route")
	require.Empty(t, results[1].Steps)
	require.NoError(t, matrix.Verdict(results, false))
	require.ErrorContains(t, matrix.Verdict(results, true), "new not run")
	for _, cmd := range recorder.Commands() {
		require.False(t, does(cmd, "build") && does(cmd, "localhost/onnxruntime-builder/new"), "an image without a base")
	}
}

func TestAnImageThatCannotBeMadeIsAFailure(t *testing.T) {
	t.Parallel()
	r, _ := newRunner(t, "buildah", answering(func(cmd run.Cmd) error {
		if len(cmd.Args) > 0 && cmd.Args[0] == "build" {
			return errors.New("apt-get failed")
		}
		return nil
	}), 64)
	results := both(t, r)
	require.Equal(t, matrix.Failed, results[0].State)
	require.Equal(t, "image", results[0].Step)
}

func TestALocalImageIsTakenInsteadOfTheRegistrys(t *testing.T) {
	t.Parallel()
	recorder := answering(func(cmd run.Cmd) error {
		if does(cmd, "inspect") && does(cmd, "localhost/old:1") {
			return errors.New("no such image")
		}
		return nil
	})
	for _, c := range []struct {
		r    *run.Recorder
		base string
	}{
		{answering(func(run.Cmd) error { return nil }), "localhost/old:1"},
		{recorder, "registry.example/old:1"},
	} {
		r, _ := newRunner(t, "docker", c.r, 64)
		both(t, r)
		require.True(t, slices.ContainsFunc(c.r.Commands(), func(cmd run.Cmd) bool { return does(cmd, "--build-arg BASE="+c.base) }))
	}
}

// The rows need 8 and 4 gigabytes.
func TestRowsRunAtOnceWhileTheyFitIntoMemory(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		gigabytes int64
		cores     int
		atOnce    int64
	}{
		{12, 8, 2},
		{11, 8, 1},
		{2, 8, 1}, // one row at least
		{0, 8, 1}, // nobody knows
		{64, 1, 1},
	} {
		t.Run(fmt.Sprintf("%d GB and %d cores", c.gigabytes, c.cores), func(t *testing.T) {
			t.Parallel()
			var running, most atomic.Int64
			r, _ := newRunner(t, "podman", answering(func(cmd run.Cmd) error {
				if !does(cmd, "go tool mage buildCpu") {
					return nil
				}
				now := running.Add(1)
				defer running.Add(-1)
				for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); {
					seen = most.Load()
				}
				patience := 100 * time.Millisecond // for one that must not come
				if c.atOnce > 1 {
					patience = 20 * time.Second
				}
				for end := time.Now().Add(patience); most.Load() < 2 && time.Now().Before(end); {
					time.Sleep(time.Millisecond)
				}
				return nil
			}), c.gigabytes)
			r.Host.Cores = c.cores
			for _, result := range both(t, r) {
				require.Equal(t, matrix.Passed, result.State, result.Reason)
			}
			require.Equal(t, c.atOnce, most.Load())
		})
	}
}

func TestCtrlCStopsContainersAndWaitsForThem(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var stopped atomic.Bool
	recorder := &run.Recorder{Answer: func(at context.Context, cmd run.Cmd) error {
		switch {
		case does(cmd, "go tool mage doctor"):
			cancel()
			<-at.Done()
			return at.Err()
		case does(cmd, "rm --force --ignore --time 0"):
			time.Sleep(20 * time.Millisecond)
			stopped.Store(at.Err() == nil)
		}
		return nil
	}}
	r, _ := newRunner(t, "podman", recorder, 8) // the second row waits for room
	m := parse(t, small)
	results, err := r.Run(ctx, m, m.Rows, []string{"doctor", "build"})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, stopped.Load(), "the container runs on")
	require.Equal(t, matrix.Failed, results[0].State)
	require.Equal(t, "doctor", results[0].Step)
	require.Equal(t, matrix.NotRun, results[1].State)
	for _, cmd := range recorder.Commands() {
		require.False(t, does(cmd, "go tool mage buildCpu"), "a step that began after Ctrl-C")
	}
}

func TestWhatBuildahMadeIsRemovedWhateverHappens(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"success", "failure", "Ctrl-C"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			made, removed := "", ""
			r, _ := newRunner(t, "buildah", &run.Recorder{Answer: func(at context.Context, cmd run.Cmd) error {
				switch {
				case does(cmd, "from"):
					made = cmd.Args[len(cmd.Args)-2]
				case does(cmd, "buildah rm") && at.Err() == nil:
					removed = cmd.Args[1]
				case does(cmd, "go tool mage doctor") && end == "failure":
					return errors.New("exit status 1")
				case does(cmd, "go tool mage doctor") && end == "Ctrl-C":
					cancel()
					return at.Err()
				}
				return nil
			}}, 64)
			m := parse(t, small)
			_, err := r.Run(ctx, m, m.Rows[:1], []string{"doctor"})
			require.Equal(t, end == "Ctrl-C", err != nil)
			require.NotEmpty(t, made)
			require.Equal(t, made, removed)
		})
	}
}

func TestRowsThatShareAnImageMakeItOneAfterTheOther(t *testing.T) {
	t.Parallel()
	var running atomic.Int64
	r, _ := newRunner(t, "podman", answering(func(cmd run.Cmd) error {
		if len(cmd.Args) > 0 && cmd.Args[0] == "build" {
			defer running.Add(-1)
			if running.Add(1) > 1 {
				return errors.New("two at once")
			}
			time.Sleep(20 * time.Millisecond)
		}
		return nil
	}), 64)
	m := parse(t, small)
	twin := m.Rows[0]
	twin.Name = "twin"
	results, err := r.Run(t.Context(), m, []matrix.Row{m.Rows[0], twin}, nil)
	require.NoError(t, err)
	require.NoError(t, matrix.Verdict(results, true))
}

func TestTheSameRowRunsOnceAtATimeAndRemovesWhatAKilledRunHasLeft(t *testing.T) {
	t.Parallel()
	var running, most atomic.Int64
	recorder := answering(func(cmd run.Cmd) error {
		if does(cmd, "go tool mage doctor") {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(20 * time.Millisecond)
			running.Add(-1)
		}
		return nil
	})
	first, _ := newRunner(t, "podman", recorder, 64)
	second, lines := newRunner(t, "podman", recorder, 64)
	second.Host.Home = first.Host.Home
	left := filepath.Join(first.Host.Home, "matrix", "old", "src-1")
	require.NoError(t, os.MkdirAll(left, 0o755))
	m := parse(t, small)
	var wait sync.WaitGroup
	for _, r := range []*matrix.Runner{first, second} {
		wait.Go(func() {
			results, err := r.Run(t.Context(), m, m.Rows[:1], []string{"doctor"})
			if err != nil || matrix.Verdict(results, true) != nil {
				t.Errorf("%v, %v", err, results)
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 1, most.Load())
	require.NoDirExists(t, left)
	require.NotEmpty(t, *lines)
}
