//go:build built && linux

package consumer_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProvidersLiveAndEndInBothForms(t *testing.T) {
	t.Parallel()
	for form, variable := range bothForms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			requireLife(t, link(t, needTree(t, variable, "dnnl"), source(t, "use.c")))
		})
	}
}

// requireLife checks that a program with use.c makes and releases environments without end, uses a session from
// threads, and ends whatever it has released.
func requireLife(t *testing.T, program string) {
	t.Helper()
	t.Run("200 environments", func(t *testing.T) {
		t.Parallel()
		r := use(t, program, "cycles", "200")
		require.Len(t, r.facts["kilobytes"], 2)
		early, late := kilobytes(t, r, 0), kilobytes(t, r, 1)
		require.Less(t, late, early*1.1, "kilobytes after 20 and after 200 environments")
	})
	t.Run("4 threads", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []string{"4"}, use(t, program, "threads", "4").facts["threads"])
	})
	for _, released := range []string{"everything", "sessions", "nothing"} {
		t.Run("exit after release of "+released, func(t *testing.T) {
			t.Parallel()
			for range 3 { // a crash at the end may be a matter of luck
				require.Equal(t, []string{released}, use(t, program, "leave", released).facts["leaving"])
			}
		})
	}
}

func kilobytes(t *testing.T, r ran, i int) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(r.facts["kilobytes"][i], 64)
	require.NoError(t, err)
	return n
}

// A plug-in of another program may hold ONNX Runtime. Nothing of it may stay behind when it is closed: with the static
// form it really leaves memory, once the threads that used it have ended, and starts anew when it is opened again.
func TestProvidersInALibraryThatIsOpenedTwice(t *testing.T) {
	t.Parallel()
	requireReopened(t, needTree(t, staticTree, "dnnl"))
}

// requireReopened links a library with flags, and opens it twice.
func requireReopened(t *testing.T, tree string, linking ...string) {
	t.Helper()
	dir := t.TempDir()
	library, names := filepath.Join(dir, "libplugin.so"), filepath.Join(dir, "names")
	require.NoError(t, os.WriteFile(names, []byte("{ global: OrtGetApiBase; local: *; };\n"), 0o600))
	args := append([]string{"-shared", "-Wl,-z,defs", "-Wl,--version-script=" + names}, linking...)
	for _, flag := range flags(t, tree, "--libs") {
		if flag == "-lonnxruntime" {
			args = append(args, "-Wl,--whole-archive", flag, "-Wl,--no-whole-archive")
			continue
		}
		args = append(args, flag)
	}
	compile(t, tree, library, args...)
	program := filepath.Join(dir, "program")
	args = append([]string{"-DOPENED", source(t, "use.c")}, flags(t, tree, "--cflags")...)
	compile(t, tree, program, append(args, "-lm", "-ldl", "-lpthread")...)
	require.NotContains(t, strings.Join(needed(t, program), " "), "onnxruntime")

	r := use(t, program, "reopen", library)
	require.Len(t, r.facts["digest"], 2)
	require.Equal(t, []string{"gone", "gone"}, r.facts["closed"])
}
