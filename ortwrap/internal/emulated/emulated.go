// Package emulated starts programs that were compiled for this platform, from tests that may run on another processor.
//
// "go test -exec qemu-aarch64" starts a test through an emulator, and leaves alone what the test starts: the system
// refuses programs for another processor, this very test among them. So the emulator is named once more, in an
// environment variable:
//
//	QEMU_LD_PREFIX=/usr/aarch64-linux-gnu ORTWRAP_EMULATOR=qemu-aarch64 go test -exec qemu-aarch64 ./...
package emulated

import (
	"context"
	"os"
	"os/exec"
)

// Variable names the environment variable with the emulator: one program, by name or path, without arguments.
const Variable = "ORTWRAP_EMULATOR"

// Command is exec.CommandContext for a program of this platform: through the emulator, if there is one. Programs of the
// system, compilers among them, are started as ever.
func Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	if emulator := os.Getenv(Variable); emulator != "" {
		return exec.CommandContext(ctx, emulator, append([]string{program}, args...)...)
	}
	return exec.CommandContext(ctx, program, args...)
}
