package platform_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func parse(t *testing.T, text string) spec.Platform {
	t.Helper()
	p, err := spec.ParsePlatform(text)
	require.NoError(t, err)
	return p
}

func TestTargetsOfALinuxMachine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ platform, compilers, triple, toolchain, processor, running, emulator string }{
		{"linux/amd64", "machine", "", "linux", "", "native", ""},
		{"linux/arm64", "gcc", "aarch64-linux-gnu", "linux-cross", "aarch64", "qemu", "qemu-aarch64"},
		{"linux/amd64/glibc2.17", "zig", "x86_64-linux-gnu.2.17", "linux-cross", "x86_64", "native", ""},
		{"linux/amd64/glibc2.31", "zig", "x86_64-linux-gnu.2.31", "linux-cross", "x86_64", "native", ""},
		{"linux/arm64/glibc2.28", "zig", "aarch64-linux-gnu.2.28", "linux-cross", "aarch64", "qemu", "qemu-aarch64"},
		{"linux/amd64/musl", "zig", "x86_64-linux-musl", "linux-cross", "x86_64", "native", ""},
		{"linux/arm64/musl", "zig", "aarch64-linux-musl", "linux-cross", "aarch64", "qemu", "qemu-aarch64"},
		{"darwin/arm64", "zig", "aarch64-macos.13.3", "darwin-cross", "aarch64", "not here", ""},
	} {
		target, err := platform.For(parse(t, "linux/amd64"), parse(t, row.platform))
		require.NoError(t, err, row.platform)
		require.Equal(t, platform.Target{
			Platform: parse(t, row.platform), Compilers: platform.Compilers(row.compilers), Triple: row.triple,
			Toolchain: row.toolchain, Processor: row.processor, Running: platform.Running(row.running), Emulator: row.emulator,
		}, target)
		require.Equal(t, row.platform == "linux/amd64", target.IsMachine())
		require.Equal(t, target.Platform.Libc == "musl", target.StaticallyLinked())
	}
}

func TestEachHostBuildsForItself(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"linux/amd64", "linux/arm64", "darwin/arm64", "darwin/amd64", "linux/riscv64"} {
		targets := platform.All(parse(t, host))
		require.Equal(t, parse(t, host), targets[0].Platform)
		require.Equal(t, platform.Native, targets[0].Running)
		for _, target := range targets[1:] {
			require.NotEqual(t, targets[0].Platform, target.Platform, "each once")
			require.NotEmpty(t, target.Triple)
		}
	}
	require.Len(t, platform.All(parse(t, "linux/amd64")), 9)
}

func TestWhatCannotBeBuiltForIsRefusedWithWhatCan(t *testing.T) {
	t.Parallel()
	_, err := platform.For(parse(t, "darwin/arm64"), parse(t, "linux/arm64"))
	require.ErrorContains(t, err, "choose the platform (linux/arm64): it cannot be built for on darwin/arm64")
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.Hint, "darwin/arm64, linux/amd64/glibc2.17")

	_, err = platform.For(parse(t, "linux/amd64"), parse(t, "windows/amd64"))
	require.ErrorContains(t, err, "cannot be built for")

	_, err = platform.For(parse(t, "linux/amd64"), parse(t, "linux/amd64/glibc2.12"))
	require.ErrorContains(t, err, "before 2.17")
	require.ErrorAs(t, err, &f)
	require.Equal(t, "set ORT_TARGET to linux/amd64/glibc2.17", f.Hint)
}
