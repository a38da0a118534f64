package command_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestCoreMLIsRefusedElsewhereThanOnAMac(t *testing.T) {
	t.Parallel()
	if spec.Host().OS == "darwin" {
		t.Skip("here it is built")
	}
	shown, err := os.Create(filepath.Join(t.TempDir(), "shown"))
	require.NoError(t, err)
	defer shown.Close()
	for _, target := range []struct {
		environ []string
		work    func(context.Context, *command.Command) error
	}{{nil, command.BuildCoreML}, {[]string{"ORT_PROVIDERS=coreml"}, command.BuildCPU}} {
		outside := command.Outside{Environ: append(target.environ, "HOME="+t.TempDir()), Out: shown, Progress: shown}
		err := outside.Do(t.Context(), "test", target.work)
		require.ErrorContains(t, err, "CoreML is a part of macOS: no other system has it")
		require.ErrorContains(t, err, "next: build on a Mac; here go tool mage buildCpu")
	}
}
