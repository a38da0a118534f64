//go:build linux

package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bundle"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// Without a compiler no program opens the libraries of a bundle: then it is only read, which is no proof.
func TestABundleThatIsOnlyReadIsANoteAndInCIAnError(t *testing.T) {
	t.Parallel()
	cc := testkit.NeedTool(t, "cc")
	runner := &run.Exec{Env: os.Environ()}
	program, dir := filepath.Join(t.TempDir(), "program"), filepath.Join(t.TempDir(), "bundle")
	compile := run.Cmd{Path: cc, Args: []string{"-x", "c", "-", "-o", program}, Stdin: strings.NewReader("int main(void) { return 0; }")}
	require.NoError(t, runner.Run(t.Context(), compile))
	_, err := bundle.Make(t.Context(), bundle.Input{Program: program, Out: dir, Runner: runner, CC: cc})
	require.NoError(t, err)

	check := func(environ ...string) (string, error) {
		var out bytes.Buffer
		outside := command.Outside{Environ: append(environ, "HOME="+t.TempDir(), "PATH=/nowhere"), Out: &out, Progress: &out}
		yes := true
		err := outside.Do(t.Context(), "bundle", command.Bundle(dir, nil, nil, &yes))
		return out.String(), err
	}
	out, err := check()
	require.NoError(t, err)
	require.Contains(t, out, "note: nothing was opened in an empty root: there is no C compiler\n")
	_, err = check("CI=true")
	require.ErrorContains(t, err, "nothing was opened in an empty root: there is no C compiler")
	require.ErrorContains(t, err, "next: check it where there is a C compiler")
}
