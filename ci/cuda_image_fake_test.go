package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeGo stands for go and the targets: a build is a file in the store, that tells its target, and a line of JSON.
const fakeGo = `#!/bin/sh
set -eu
case "$*" in
  "env GOROOT") echo "$FAKE_GOROOT"; exit ;;
  "tool mage $FAIL") echo "$FAIL fails" >&2; exit 1 ;;
esac
[ "$PWD" = "$(cd "$OUT/../src" && pwd)" ] && [ -f magefile.go ] && [ "$ORT_PROVIDERS" = cuda ]
case "$*" in
  "tool mage doctor" | "tool mage fetch") ;;
  "tool mage buildCuda" | "tool mage buildCudaStatic")
    [ "$ORT_JSON$ORT_CUDA_MINIMAL" = 11 ] && [ "$ORT_CUDA_ARCHS" = "90;120" ]
    mkdir -p "$ORT_HOME/store/$3/lib" && echo "$3" >"$ORT_HOME/store/$3/lib/made"
    printf '{\n  "size": 1,\n  "store": "%s"\n}\n' "$ORT_HOME/store/$3" ;;
  "tool mage bundle $OUT/bundle") mkdir "$4" && echo bundle >"$4/made" ;;
  "tool mage bundle $OUT/bundle -check") [ -f "$4/made" ] && echo checked >"$4.check" ;;
  *) echo "unexpected: $*" >&2; exit 2 ;;
esac
`

// fakeApt refuses to change the machine.
const fakeApt = `#!/bin/sh
[ "$1 $2" = "--simulate install" ] || { echo "apt-get $* would change the machine" >&2; exit 1; }
`

// fakeMachine returns the environment of a machine whose go and apt-get are the fake ones.
func fakeMachine(t *testing.T, fail string) []string {
	t.Helper()
	goroot := filepath.Join(t.TempDir(), "go root")
	require.NoError(t, os.MkdirAll(filepath.Join(goroot, "bin"), 0o755))
	bin := filepath.Join(goroot, "bin")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "go"), []byte(fakeGo), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "apt-get"), []byte(fakeApt), 0o755))
	return []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "FAKE_GOROOT=" + goroot, "FAIL=" + fail}
}

func TestStepsGiveBothTreesAndTheBundle(t *testing.T) {
	t.Parallel()
	need(t, "python3")
	out := filepath.Join(t.TempDir(), "out")
	text, err := cudaImage(t, fakeMachine(t, "nothing"),
		"--local", "--dir", filepath.Join(t.TempDir(), "a b"), "--out", out, "--build-arg", "ORT_CUDA_MINIMAL=1")
	require.NoError(t, err, text)
	for name, want := range map[string]string{
		"hybrid/lib/made": "buildCuda\n", "static/lib/made": "buildCudaStatic\n",
		"bundle/made": "bundle\n", "bundle.check": "checked\n",
	} {
		got, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(t, err, text)
		require.Equal(t, want, string(got))
	}
}

func TestFailedStepEndsTheRunWithoutFiles(t *testing.T) {
	t.Parallel()
	need(t, "python3")
	for _, target := range []string{"doctor", "buildCuda", "buildCudaStatic"} {
		out := filepath.Join(t.TempDir(), "out")
		text, err := cudaImage(t, fakeMachine(t, target),
			"--local", "--dir", t.TempDir(), "--out", out, "--build-arg", "ORT_CUDA_MINIMAL=1")
		require.Error(t, err)
		require.Contains(t, text, target+" fails")
		require.NoDirExists(t, out)
	}
}

// need skips a test on a laptop without a program.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not in PATH: this may be left out on a laptop, not in CI", program)
	}
	t.Skipf("%s is not in PATH", program)
}
