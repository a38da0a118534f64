package consumer_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func emulated(t *testing.T, libc string) platform.Target {
	t.Helper()
	target, err := platform.For(
		spec.Platform{OS: "linux", Arch: "amd64"}, spec.Platform{OS: "linux", Arch: "arm64", Libc: libc},
	)
	require.NoError(t, err)
	return target
}

func TestCrossNamesThePlatformAndItsCompilersToGo(t *testing.T) {
	t.Parallel()
	environ := consumer.Environ(consumer.Cross(emulated(t, ""), "/t/cc", "/t/c++"), []string{"GOARCH=amd64", "CC=gcc"})
	require.Equal(t, []string{"GOOS=linux", "GOARCH=arm64", "CC=/t/cc", "CXX=/t/c++"}, environ)
}

func TestStaticProgramsAreLinkedByTheCCompiler(t *testing.T) {
	t.Parallel()
	require.Contains(t, consumer.Cross(emulated(t, spec.Musl), "/t/cc", "/t/c++"),
		consumer.Variable{Name: "GO_EXTLINK_ENABLED", Value: "1"})
}

func TestThePathsOfToolsMayHaveBlanks(t *testing.T) {
	t.Parallel()
	vars := consumer.Cross(emulated(t, ""), "/a b/cc", "/it's a/c++")
	require.Equal(t, consumer.Variable{Name: "CC", Value: "'/a b/cc'"}, vars[2])
	require.Equal(t, consumer.Variable{Name: "CXX", Value: `"/it's a/c++"`}, vars[3])
	user := &consumer.Consumer{Emulator: "/a b/qemu"}
	require.Equal(t, []string{"test", "-exec", "'/a b/qemu'"}, user.Go("ortwrap", "test").Args)
}

func TestTheEmulatorIsToldWhereLibrariesAre(t *testing.T) {
	t.Parallel()
	require.Equal(t, []consumer.Variable{
		{Name: "ORTWRAP_EMULATOR", Value: "/bin/qemu"}, {Name: "QEMU_LD_PREFIX", Value: "/usr/x"},
	}, consumer.Emulation("/bin/qemu", "/usr/x"))
	require.Equal(t, []consumer.Variable{{Name: "ORTWRAP_EMULATOR", Value: "/bin/qemu"}}, consumer.Emulation("/bin/qemu", ""))
	require.Empty(t, consumer.Emulation("", ""))
}

func TestProgramsOfAnotherProcessorRunInTheEmulator(t *testing.T) {
	t.Parallel()
	runner := &run.Recorder{}
	user := &consumer.Consumer{Runner: runner, Root: "/root", Emulator: "/bin/qemu", Env: []string{"QEMU_LD_PREFIX=/x"}}
	require.Equal(t, []string{"test", "-exec", "/bin/qemu", "-count=1", "."}, user.Go("ortwrap", "test", "-count=1", ".").Args)
	require.Equal(t, []string{"vet", "."}, user.Go("ortwrap", "vet", ".").Args)
	require.NoError(t, user.RunSample(t.Context(), io.Discard, "/sample", "-json"))
	ran := runner.Commands()[0]
	require.Equal(t, "/bin/qemu", ran.Path)
	require.Equal(t, []string{"/sample", "-json"}, ran.Args)
	require.Equal(t, user.Env, ran.Env)
}

func TestAnEmptyRootHasTheProgramAlone(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	program := filepath.Join(root, "sample")
	require.NoError(t, os.WriteFile(program, []byte("text"), 0o600))
	entered := 0
	runner := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		if cmd.Args[len(cmd.Args)-1] != "/sample" {
			return nil // asks whether a root can be entered
		}
		entered++
		require.Equal(t, root, filepath.Clean(cmd.Args[len(cmd.Args)-2]))
		require.Empty(t, cmd.Env)
		return errors.New("it fails")
	}}
	user := &consumer.Consumer{Runner: runner, Env: []string{"LD_LIBRARY_PATH=/x"}}
	err := user.RunSampleAlone(t.Context(), io.Discard, program)
	require.ErrorContains(t, err, "run the sample program in an empty root")
	require.ErrorContains(t, err, "it fails")
	require.Equal(t, 1, entered)

	require.NoError(t, os.WriteFile(filepath.Join(root, "model.onnx"), nil, 0o600))
	require.ErrorContains(t, user.RunSampleAlone(t.Context(), io.Discard, program), "its folder has 2 files")
	require.Equal(t, 1, entered)
}
