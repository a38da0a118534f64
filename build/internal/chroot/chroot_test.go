//go:build linux

package chroot_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/chroot"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

func TestACommandSeesTheFolderAsItsRoot(t *testing.T) {
	t.Setenv("LD_LIBRARY_PATH", "/elsewhere")
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	source := filepath.Join(t.TempDir(), "list.c")
	require.NoError(t, os.WriteFile(source, []byte(`#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  DIR *root = opendir("/");
  for (struct dirent *e; (e = readdir(root));) if (e->d_name[0] != '.') puts(e->d_name);
  return getenv("LD_LIBRARY_PATH") != NULL;
}
`), 0o600))
	testkit.NeedTool(t, "cc")
	runner := &run.Exec{Env: os.Environ()}
	require.NoError(t, runner.Run(t.Context(), run.Cmd{Path: "cc", Args: []string{"-static", "-o", program, source}}))

	words, err := chroot.Words(t.Context(), runner, dir)
	if err != nil {
		testkit.Skip(t, err.Error())
	}
	var out bytes.Buffer
	require.NoError(t, runner.Run(t.Context(), run.Cmd{Path: words[0], Args: append(words[1:], "/program"), Stdout: &out}))
	require.Equal(t, "program\n", out.String())
}

func TestWhereNoRootCanBeEnteredTheReasonIsTold(t *testing.T) {
	t.Parallel()
	refused := errors.New("not permitted")
	recorder := &run.Recorder{Answer: func(context.Context, run.Cmd) error { return refused }}
	_, err := chroot.Words(t.Context(), recorder, "/d")
	require.ErrorIs(t, err, refused)
	require.ErrorIs(t, err, chroot.ErrForbidden)
}
