// Package platformtest tells tests what programs of their platform can do, and starts such programs, on another processor
// too.
//
// "go test -exec qemu-aarch64" starts a test through an emulator, and leaves alone what the test starts: the system
// refuses programs for another processor, this very test among them. So the emulator is named once more, in an
// environment variable:
//
//	QEMU_LD_PREFIX=/usr/aarch64-linux-gnu ORTWRAP_EMULATOR=qemu-aarch64 go test -exec qemu-aarch64 ./...
package platformtest

import (
	"context"
	"debug/elf"
	"os"
	"os/exec"
	"regexp"
	"slices"
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

// IsStatic tells whether a test, and so what its C compiler links without further words, is a program without an
// interpreter, as zig makes them for musl. Such a program opens no library.
func IsStatic(t *testing.T) bool {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatalf("asking for the path of the test: %v", err)
	}
	program, err := elf.Open(self)
	if err != nil { // not an ELF file: systems without those have no static programs either
		return false
	}
	defer program.Close()
	return !slices.ContainsFunc(program.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
}

// SkipIfStatic skips a test that opens a library.
func SkipIfStatic(t *testing.T) {
	t.Helper()
	if IsStatic(t) {
		t.Skip("a static program opens no library")
	}
}
