package toolchain_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// target returns that of a platform on linux/amd64.
func target(t *testing.T, name string) platform.Target {
	t.Helper()
	p, err := spec.ParsePlatform(name)
	require.NoError(t, err)
	found, err := platform.For(spec.Platform{OS: "linux", Arch: "amd64"}, p)
	require.NoError(t, err)
	return found
}

func TestScriptsOfEachTarget(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, program string }{
		{"linux/arm64", "usr/bin/aarch64-linux-gnu-g++"}, {"linux/amd64/glibc2.17", "ziglang/zig"}, {"linux/arm64/musl", "ziglang/zig"},
	} {
		text := &strings.Builder{}
		scripts := toolchain.Scripts(target(t, row.name), row.program)
		for _, name := range []string{toolchain.CC, toolchain.CXX, toolchain.AR, toolchain.Ranlib} {
			text.WriteString("== " + name + "\n" + scripts[name])
		}
		testkit.Golden(t, "scripts/"+strings.ReplaceAll(row.name, "/", "-"), text.String())
	}
}

// fakeZig prints its arguments, a line for each, and its caches, and exits with what the variable FAIL says.
const fakeZig = `#!/bin/sh
printf '%s\n' "$@"
touch "$ZIG_LOCAL_CACHE_DIR/object"
echo "$ZIG_GLOBAL_CACHE_DIR $ZIG_LOCAL_CACHE_DIR" >&2
exit ${FAIL:-0}
`

func TestZigsScriptsTranslateWordsAndLeaveNoCopies(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "a folder")
	require.NoError(t, os.MkdirAll(root, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "zig"), []byte(fakeZig), 0o700))
	arm := target(t, "linux/arm64/musl")
	require.NoError(t, toolchain.WriteScripts(arm, root, "zig"))
	cc := filepath.Join(root, "targets", arm.Triple, toolchain.CC)
	call := func(env string, args ...string) (out, caches string, err error) {
		var stdout, stderr bytes.Buffer
		runner := &run.Exec{Env: []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir(), env}}
		err = runner.Run(t.Context(), run.Cmd{Path: cc, Args: args, Stdout: &stdout, Stderr: &stderr})
		return stdout.String(), strings.TrimSpace(stderr.String()), err
	}
	for asked, got := range map[string]string{
		"-march=armv8.2-a+fp16":      "-mcpu=generic+v8_2a+fullfp16",
		"-march=armv8.2-a+fp16+i8mm": "-mcpu=generic+v8_2a+fullfp16+i8mm",
		"-march=armv8-a":             "-mcpu=generic+v8a",
		"-mtune=generic":             "-mtune=generic",
	} {
		out, caches, err := call("", asked, "a file.c")
		require.NoError(t, err)
		require.Equal(t, "cc\n-target\naarch64-linux-musl\n-g0\n-fomit-frame-pointer\n-fno-sanitize=undefined\n"+got+"\na file.c\n", out)
		global, local, _ := strings.Cut(caches, "cache ")
		require.Equal(t, root+"/", global)
		require.NoDirExists(t, local, "zig's copies of objects are removed")
	}
	_, _, err := call("FAIL=3", "x.c")
	var exit *run.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 3, exit.Code)
	out, _, err := call("", "-dumpmachine")
	require.NoError(t, err)
	require.Equal(t, "aarch64-linux-musl\n", out)
}

func TestScriptsAreWrittenAnewWhereTheyDiffer(t *testing.T) {
	t.Parallel()
	root, musl := t.TempDir(), target(t, "linux/amd64/musl")
	require.NoError(t, toolchain.WriteScripts(musl, root, "zig"))
	path := filepath.Join(root, "targets", musl.Triple, toolchain.CC)
	before, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, toolchain.WriteScripts(musl, root, "zig"))
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, before.ModTime(), after.ModTime(), "a compiler cache would take it for another compiler")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"), 0o600))
	require.NoError(t, toolchain.WriteScripts(musl, root, "zig"))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), "-target x86_64-linux-musl")
}

func TestCompilersThatWereChosenMustMakeCodeForTheTarget(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		target, machine string
		ok              bool
	}{
		{"linux/arm64", "aarch64-linux-gnu", true},
		{"linux/arm64", "aarch64-unknown-linux-gnu", true},
		{"linux/arm64", "x86_64-linux-gnu", false},
		{"linux/amd64/musl", "x86_64-linux-musl", true},
		{"linux/amd64/musl", "x86_64-alpine-linux-musl", false}, // with another C++ library
		{"linux/amd64/glibc2.17", "x86_64-linux-gnu.2.17", true},
		{"linux/amd64/glibc2.17", "x86_64-linux-gnu", false},
	} {
		require.Equal(t, row.ok, toolchain.MakesCodeFor(row.machine, target(t, row.target)), "%s for %s", row.machine, row.target)
	}
}
