package consumer_test

import (
	"context"
	"errors"
	"fmt"
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
	program := filepath.Join(t.TempDir(), "sample")
	require.NoError(t, os.WriteFile(program, []byte("text"), 0o600))
	var root string
	runner := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		words := append([]string{cmd.Path}, cmd.Args...)
		if words[len(words)-1] != "/program" {
			return nil // asks whether a root can be entered
		}
		root = words[len(words)-2]
		files, err := os.ReadDir(root)
		require.NoError(t, err)
		require.Len(t, files, 1)
		info, err := files[0].Info()
		require.NoError(t, err)
		require.Equal(t, "program -rwxr-xr-x 4", fmt.Sprint(info.Name(), " ", info.Mode(), " ", info.Size()))
		require.Empty(t, cmd.Env)
		return errors.New("it fails")
	}}
	user := &consumer.Consumer{Runner: runner, Env: []string{"LD_LIBRARY_PATH=/x"}}
	err := user.RunSampleAlone(t.Context(), io.Discard, program)
	require.ErrorContains(t, err, "run the sample program in an empty root")
	require.ErrorContains(t, err, "it fails")
	require.NotEmpty(t, root)
	require.NoDirExists(t, root)
}
