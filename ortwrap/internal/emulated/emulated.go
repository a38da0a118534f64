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
	"regexp"
	"strings"
	"testing"
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

// zigGlibc matches what zig calls its targets with glibc: "x86_64-linux-gnu.2.17".
var zigGlibc = regexp.MustCompile(`-gnu\.\d`)

// SkipWithoutStaticLibc skips a test of static programs where the C compiler has no static C library by its nature: zig
// links glibc only dynamically.
func SkipWithoutStaticLibc(t *testing.T) {
	t.Helper()
	cc, err := exec.CommandContext(t.Context(), "go", "env", "CC").Output()
	if err != nil {
		t.Fatalf("asking go for the C compiler: %v", err)
	}
	machine, _ := exec.CommandContext(t.Context(), strings.TrimSpace(string(cc)), "-dumpmachine").Output() // the test says what is wrong with it
	if zigGlibc.Match(machine) {
		t.Skip("zig has no static glibc")
	}
}
