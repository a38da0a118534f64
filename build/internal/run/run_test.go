package run_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

var env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}

func TestArgumentsArriveUnexpanded(t *testing.T) {
	t.Parallel()
	out, err := run.Output(t.Context(), &run.Exec{Env: env}, run.Cmd{Path: "printf", Args: []string{"%s", "$ORIGIN/../lib"}})
	require.NoError(t, err)
	require.Equal(t, "$ORIGIN/../lib", out)
}

func TestCommandEnvironmentWinsAndNothingLeaksIn(t *testing.T) {
	t.Setenv("ORT_SECRET", "leak")
	var log bytes.Buffer
	out, err := run.Output(t.Context(), &run.Exec{Env: append(env, "A=1"), Log: &log}, run.Cmd{Path: "env", Env: []string{"A=2"}})
	require.NoError(t, err)
	require.Equal(t, []string{"A=2", "LC_ALL=C", "PATH=/usr/bin:/bin"}, strings.Fields(out))
	require.True(t, strings.HasPrefix(log.String(), "$ env A=2 env\n"), log.String())
}

func TestFailureKeepsStatusAndLastLines(t *testing.T) {
	t.Parallel()
	script := "for i in $(seq 100); do echo line $i; done; echo why >&2; exit 3"
	err := (&run.Exec{Env: env}).Run(t.Context(), run.Cmd{Path: "sh", Args: []string{"-c", script}})
	var exit *run.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 3, exit.Code)
	require.Contains(t, exit.Tail, "line 100")
	require.Contains(t, exit.Tail, "why")
	require.NotContains(t, exit.Tail, "line 50\n")
}

func TestMissingProgramIsNamed(t *testing.T) {
	t.Parallel()
	err := (&run.Exec{Env: env}).Run(t.Context(), run.Cmd{Path: "no-such-program"})
	require.ErrorIs(t, err, run.ErrNotFound)
	require.ErrorContains(t, err, "no-such-program")
}

// A child that ignores nothing but is two levels down must be gone when the context is.
func TestCancelEndsTheWholeGroup(t *testing.T) {
	t.Parallel()
	pidFile := filepath.Join(t.TempDir(), "pid")
	cause := errors.New("ctrl-c")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for { // until the grandchild has started
			if data, _ := os.ReadFile(pidFile); len(data) > 1 {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		cancel(cause)
	}()
	script := `sh -c 'echo $$ > "$0"; exec sleep 60' "` + pidFile + `" & wait`
	err := (&run.Exec{Env: env}).Run(ctx, run.Cmd{Path: "sh", Args: []string{"-c", script}})
	require.ErrorIs(t, err, cause)

	data, err := os.ReadFile(pidFile)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || zombie(pid) },
		5*time.Second, 10*time.Millisecond)
}

// zombie tells whether a process has ended and only waits for somebody to collect it.
func zombie(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && strings.Contains(string(stat), ") Z ")
}

func TestNothingStartsUnderACancelledContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := (&run.Exec{Env: env}).Run(ctx, run.Cmd{Path: "touch", Args: []string{filepath.Join(t.TempDir(), "x")}})
	require.ErrorIs(t, err, context.Canceled)
}

func TestStringCanBePasted(t *testing.T) {
	t.Parallel()
	cmd := run.Cmd{Path: "cmake", Args: []string{"-DX=a b", "$Y"}, Dir: "/a b", Env: []string{"K=v w"}}
	require.Equal(t, `cd '/a b' && env 'K=v w' cmake '-DX=a b' '$Y'`, cmd.String())
}

func TestRecorderKeepsCommands(t *testing.T) {
	t.Parallel()
	r := &run.Recorder{Answer: func(_ context.Context, c run.Cmd) error {
		_, err := c.Stdout.Write([]byte("1.2\n"))
		return err
	}}
	out, err := run.Output(t.Context(), r, run.Cmd{Path: "ninja", Args: []string{"--version"}})
	require.NoError(t, err)
	require.Equal(t, "1.2", out)
	require.Equal(t, "ninja --version", r.Commands()[0].String())
}
