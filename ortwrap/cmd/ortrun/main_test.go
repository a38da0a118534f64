package main

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

// TestMain lets the test binary be ortrun itself, for tests of a whole process.
func TestMain(m *testing.M) {
	if os.Getenv("ORTRUN_TEST") == "ortrun" {
		main()
	}
	os.Exit(m.Run())
}

func ortrun(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := platformtest.Command(t.Context(), self, args...)
	c.Env = append(os.Environ(), "ORTRUN_TEST=ortrun")
	return c
}

func TestTheExitCodeReachesTheShell(t *testing.T) {
	t.Parallel()
	out, err := ortrun(t, "version").Output()
	require.NoError(t, err)
	require.Contains(t, string(out), "ortrun on ONNX Runtime ")
	var exit *exec.ExitError
	_, err = ortrun(t, "bench").Output()
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 2, exit.ExitCode())
	require.Contains(t, string(exit.Stderr), "expected one model file")
}

func TestAnInterruptEndsTheProcess(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no interrupts from one process to another")
	}
	c := ortrun(t, "bench", "../../testdata/count.onnx", "-i", "times=1000000000000")
	stderr, err := c.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	lines := bufio.NewScanner(stderr)
	require.True(t, lines.Scan())
	require.Equal(t, "measuring model", lines.Text())
	require.NoError(t, c.Process.Signal(os.Interrupt))
	require.True(t, lines.Scan())
	require.Equal(t, "ortrun bench: interrupted", lines.Text())
	require.False(t, lines.Scan())
	var exit *exec.ExitError
	require.ErrorAs(t, c.Wait(), &exit)
	require.Equal(t, 130, exit.ExitCode())
}
