package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// macOS runs ci/macos with programs of a folder in front of the machine's own.
func macOS(t *testing.T, programs string, args ...string) (string, error) {
	t.Helper()
	need(t, "bash")
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"macos"}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+programs+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// macPrograms makes a machine that says that it is a Mac, and whose go notes what it is told. One command fails.
func macPrograms(t *testing.T, fail string) (programs, told string) {
	t.Helper()
	programs, told = t.TempDir(), filepath.Join(t.TempDir(), "told")
	for name, text := range map[string]string{
		"uname": "echo Darwin\n",
		"go": `echo "$ORT_PROVIDERS $(basename "$PWD") $*" >>"` + told + `"
case "$*" in
  "tool mage env") echo "export PKG_CONFIG_PATH=/built" ;;
  "tool mage fetch") echo '[{"name": "re2", "path": "/r"}, {"name": "onnx", "path": "/onnx.zip"}]' ;;
  *providers\ --json) [ "$PKG_CONFIG_PATH" = /built ] && echo '{"providers": [{"name": "CoreMLExecutionProvider", "usable": true}]}' ;;
  ` + fail + `) echo "it fails" && exit 1 ;;
esac
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(programs, name), []byte("#!/bin/sh\n"+text), 0o755))
	}
	return programs, told
}

func TestMacStepsAreShownOnEverySystem(t *testing.T) {
	t.Parallel()
	out, err := macOS(t, "/nowhere", "--dry-run")
	require.NoError(t, err, out)
	golden, err := os.ReadFile(filepath.Join("testdata", "macos.golden"))
	require.NoError(t, err)
	require.Equal(t, string(golden), out)

	out, err = macOS(t, "/nowhere", "--dry-run", "coreml")
	require.NoError(t, err, out)
	require.Contains(t, out, "go tool mage buildCoreml\n")
	require.NotContains(t, out, "doctor")
}

func TestMacStepsRunToTheEnd(t *testing.T) {
	t.Parallel()
	need(t, "python3")
	logs := t.TempDir()
	programs, told := macPrograms(t, "nothing")
	out, err := macOS(t, programs, "--log", logs)
	require.NoError(t, err, out)
	require.Contains(t, out, "macos: all good\n")
	calls, err := os.ReadFile(told)
	require.NoError(t, err)
	for _, call := range []string{
		" tool mage doctor\n", " tool mage buildCpu\n", " tool mage test\n", " tool mage buildCoreml\n", " tool mage env\n",
		"ortwrap test -count=1 ./...", "-provider coreml -run ^test_", " /onnx.zip",
	} {
		require.Contains(t, string(calls), call)
	}
	require.FileExists(t, filepath.Join(logs, "conformance.log"))
}

func TestAFailedMacStepDoesNotEndTheRun(t *testing.T) {
	t.Parallel()
	programs, _ := macPrograms(t, `"tool mage buildCpu"`)
	out, err := macOS(t, programs, "--log", t.TempDir(), "cpu", "ortwrap")
	require.ErrorContains(t, err, "exit status 1")
	require.Regexp(t, `(?m)^cpu +failed\nortwrap +passed$`, out)

	programs, _ = macPrograms(t, "nothing") // but CoreML is not usable
	require.NoError(t, os.WriteFile(filepath.Join(programs, "python3"), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	out, err = macOS(t, programs, "--log", t.TempDir(), "providers")
	require.ErrorContains(t, err, "exit status 1", out)
}

func TestWrongUseOfTheMacScriptIsAnError(t *testing.T) {
	t.Parallel()
	linux := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(linux, "uname"), []byte("#!/bin/sh\necho Linux\n"), 0o755))
	for want, args := range map[string][]string{
		"this is no Mac": {}, "unknown option --fast": {"--fast"}, "unknown step x": {"x"}, "--log needs a folder": {"--log"},
	} {
		out, err := macOS(t, linux, args...)
		require.ErrorContains(t, err, "exit status 2")
		require.Contains(t, out, want)
	}
}

func TestTargetsOfTheMacScriptExist(t *testing.T) {
	t.Parallel()
	magefile, err := os.ReadFile(filepath.Join(root, "magefile.go"))
	require.NoError(t, err)
	for _, name := range []string{"ci/macos", "docs/macos.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		found := regexp.MustCompile(`go tool mage ([a-z]\w*)`).FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, found, name)
		for _, m := range found {
			require.Contains(t, string(magefile), "func "+strings.ToUpper(m[1][:1])+m[1][1:]+"(ctx", "%s names a target", name)
		}
	}
}
