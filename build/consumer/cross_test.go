package consumer_test

import (
	"context"
	"io"
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

func TestTheEmulatorFindsTheLibrariesOfTheCompiler(t *testing.T) {
	t.Parallel()
	answer := func(text string) run.Runner {
		return &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
			_, err := io.WriteString(cmd.Stdout, text)
			return err
		}}
	}
	vars, err := consumer.Emulation(t.Context(), answer("/usr/lib/gcc-cross/x/12/../../../../x/lib/libc.so.6\n"), emulated(t, ""), "cc", "/bin/qemu")
	require.NoError(t, err)
	require.Equal(t, []consumer.Variable{
		{Name: "ORTWRAP_EMULATOR", Value: "/bin/qemu"}, {Name: "QEMU_LD_PREFIX", Value: "/usr/x"},
	}, vars)

	_, err = consumer.Emulation(t.Context(), answer("libc.so.6\n"), emulated(t, ""), "cc", "/bin/qemu")
	require.ErrorContains(t, err, "looking for the C library of linux/arm64: cc has none")

	vars, err = consumer.Emulation(t.Context(), nil, emulated(t, "musl"), "cc", "/bin/qemu")
	require.NoError(t, err)
	require.Equal(t, []consumer.Variable{{Name: "ORTWRAP_EMULATOR", Value: "/bin/qemu"}}, vars, "a static program needs no library")
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
