//go:build linux

package matrix_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

// fakePodman keeps what it is asked in $HOME/calls. Its step doctor prints; buildCpu never ends, as a container that its
// client has left: only "podman rm" ends it.
const fakePodman = `#!/bin/sh
echo "$*" >>"$HOME/calls"
case "$*" in
  *"go tool mage doctor") echo "all is well"; echo "but for this" >&2 ;;
  *"go tool mage buildCpu") setsid sleep 600 & echo $! >"$HOME/pid"; wait ;;
  *"go test ./build/spec") echo "what went wrong"; exit 4 ;;
  "rm --force"*) kill -9 "$(cat "$HOME/pid")" ;;
esac
`

// scripted is a runner whose programs are scripts, which run for real.
func scripted(t *testing.T, told io.Writer) (*matrix.Runner, string) {
	t.Helper()
	testkit.NeedTool(t, "setsid")
	home := t.TempDir()
	for name, text := range map[string]string{"podman": fakePodman, "git": "#!/bin/sh\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(home, name), []byte(text), 0o755))
	}
	env := []string{"PATH=" + home + ":" + os.Getenv("PATH"), "HOME=" + home}
	e, err := matrix.FindEngine(t.Context(), &run.Exec{Env: env}, "podman")
	require.NoError(t, err)
	return &matrix.Runner{
		Engine: e, Host: matrix.Host{Root: home, Home: filepath.Join(home, "ort"), Cores: 2}, Stamp: "now",
		Line: func(format string, args ...any) { fmt.Fprintf(told, format+"\n", args...) },
		Open: func(log io.Writer) run.Runner { return &run.Exec{Env: env, Log: log} },
	}, home
}

func TestEachStepHasALogOfItsOwn(t *testing.T) {
	t.Parallel()
	r, home := scripted(t, io.Discard)
	m := parse(t, small)
	results, err := r.Run(t.Context(), m, m.Rows[:1], []string{"doctor"})
	require.NoError(t, err)
	require.NoError(t, matrix.Verdict(results, true))
	log, err := os.ReadFile(results[0].Steps[1].Log)
	require.NoError(t, err)
	require.Contains(t, string(log), "all is well\nbut for this\n")
	require.True(t, strings.HasPrefix(string(log), "$ podman run --rm "), "the command line stands first: %s", log)
	calls, err := os.ReadFile(filepath.Join(home, "calls"))
	require.NoError(t, err)
	require.Contains(t, string(calls), "--build-arg BASE=localhost/old:1 ")
}

func TestAFailureIsToldWithTheLastLinesOfTheStep(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	r, _ := scripted(t, &told)
	m := parse(t, strings.Replace(small, "go tool mage doctor", "go test ./build/spec", 1))
	results, err := r.Run(t.Context(), m, m.Rows[:1], []string{"doctor"})
	require.NoError(t, err)
	require.Error(t, matrix.Verdict(results, false))
	require.Contains(t, told.String(), "old            doctor failed: podman: exit status 4\n  | what went wrong\nlog:  "+results[0].Log+"\n")
}

func TestCtrlCEndsAContainerThatItsClientHasLeft(t *testing.T) {
	t.Parallel()
	r, home := scripted(t, io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for { // until the container runs
			if text, _ := os.ReadFile(filepath.Join(home, "pid")); len(text) > 1 {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	m := parse(t, small)
	_, err := r.Run(ctx, m, m.Rows[:1], []string{"build"})
	require.ErrorIs(t, err, context.Canceled)
	pid, err := os.ReadFile(filepath.Join(home, "pid"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		stat, err := os.ReadFile(filepath.Join("/proc", strings.TrimSpace(string(pid)), "stat"))
		return err != nil || strings.Contains(string(stat), ") Z ")
	}, 10*time.Second, 5*time.Millisecond)
}
