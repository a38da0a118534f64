// Package platform says for each platform how it is built for and how its programs are run: one table, from which the
// builder takes its tools and the documentation its words.
//
//	target, err := platform.For(spec.Host(), spec.Platform{OS: "linux", Arch: "arm64"})
//	target.Compilers // platform.Cross
//	target.Emulator  // "qemu-aarch64"
package platform

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Compilers says which C and C++ compilers make code for a target.
type Compilers string

// The compilers.
const (
	Machine Compilers = "machine" // the machine's own
	Cross   Compilers = "gcc"     // GCC for another processor, as distributions have it: aarch64-linux-gnu-g++
	Zig     Compilers = "zig"     // zig cc: Clang with the headers of every C library, and LLVM's C++ library
)

// Running says how programs for a target are run on the machine that makes them.
type Running string

// The ways to run a program.
const (
	Native   Running = "native"
	Emulated Running = "qemu"
	NotHere  Running = "not here"
)

// Target is a platform, and what it takes to build for it on one host. The zero Target is the machine's own platform.
type Target struct {
	Platform  spec.Platform
	Compilers Compilers
	Triple    string // names the target to its compilers, "x86_64-linux-musl"; empty for the machine's own
	Toolchain string // file of folder toolchains, without ".cmake"; where there is none, CMake's defaults do
	Processor string // CMake's word for the processor; empty if the build is for the machine itself
	Running   Running
	Emulator  string // program that runs those of an [Emulated] target, "qemu-aarch64"
}

// IsMachine tells whether the target is built with the machine's own compilers.
func (t Target) IsMachine() bool { return t.Compilers == Machine || t.Compilers == "" }

// StaticallyLinked tells whether programs for the target are linked statically as a whole: no interpreter, no shared
// libraries.
func (t Target) StaticallyLinked() bool { return t.Platform.Libc == spec.Musl }

// MacOSFloor is the oldest macOS that a library for it runs on. It is the floor of Microsoft's package of 1.21, and new
// enough for every format of models that the CoreML provider writes.
const MacOSFloor = "13.3"

// The oldest and the newest glibc that zig 0.17.1 knows the symbols of.
const (
	oldestGlibc = "2.17"
	newestGlibc = "2.43"
)

// processors are the words of CMake and of compilers for GOARCH.
var processors = map[string]string{"amd64": "x86_64", "arm64": "aarch64"}

// For returns the target for a platform on a host. A platform that cannot be built for there is an error that says which
// ones can.
func For(host, p spec.Platform) (Target, error) {
	if older(p.Glibc(), oldestGlibc) {
		return Target{}, &fault.Error{
			Op: "choose the platform", On: p.String(), Err: fmt.Errorf("nothing is known of a glibc before %s", oldestGlibc),
			Hint: "set ORT_TARGET to " + strings.TrimSuffix(p.String(), p.Glibc()) + oldestGlibc,
		}
	}
	if p.Glibc() != "" && older(newestGlibc, p.Glibc()) {
		return Target{}, &fault.Error{
			Op: "choose the platform", On: p.String(), Err: fmt.Errorf("nothing is known of a glibc after %s", newestGlibc),
			Hint: "set ORT_TARGET to " + strings.TrimSuffix(p.String(), p.Glibc()) + newestGlibc,
		}
	}
	if t, ok := find(host, p); ok {
		return t, nil
	}
	var names []string
	for _, t := range All(host) {
		names = append(names, t.Platform.String())
	}
	return Target{}, &fault.Error{
		Op: "choose the platform", On: p.String(), Err: fmt.Errorf("it cannot be built for on %s", host),
		Hint: "set ORT_TARGET to one of " + strings.Join(names, ", "),
	}
}

func find(host, p spec.Platform) (Target, bool) {
	if p == host {
		return Target{Platform: p, Compilers: Machine, Toolchain: p.OS, Running: Native}, true
	}
	processor, known := processors[p.Arch]
	if !known {
		return Target{}, false
	}
	t := Target{Platform: p, Toolchain: p.OS + "-cross", Processor: processor}
	t.Running, t.Emulator = running(host, p)
	switch {
	case p.OS == "linux" && p.Libc == "" && host.OS == "linux":
		t.Compilers, t.Triple = Cross, processor+"-linux-gnu"
	case p.OS == "linux" && p.Libc == spec.Musl:
		t.Compilers, t.Triple = Zig, processor+"-linux-musl"
	case p.OS == "linux" && p.Glibc() != "":
		t.Compilers, t.Triple = Zig, processor+"-linux-gnu."+p.Glibc()
	case p.OS == "darwin" && p.Arch == "arm64" && host.OS == "linux":
		t.Compilers, t.Triple = Zig, processor+"-macos."+MacOSFloor // zig takes no -mmacosx-version-min
	default:
		return Target{}, false
	}
	return t, true
}

func running(host, p spec.Platform) (Running, string) {
	switch {
	case p.OS != host.OS:
		return NotHere, ""
	case p.Arch != host.Arch:
		return Emulated, "qemu-" + processors[p.Arch]
	}
	return Native, ""
}

// older compares versions like "2.17". No version at all is older than none.
func older(a, b string) bool { return a != "" && minor(a) < minor(b) }

func minor(version string) int {
	_, text, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(text) // spec.ParsePlatform lets only digits through
	return n
}

// offered are the platforms that are shown. Each glibc from 2.17 to 2.43 can be asked for.
var offered = []spec.Platform{
	{OS: "linux", Arch: "amd64"},
	{OS: "linux", Arch: "arm64"},
	{OS: "linux", Arch: "amd64", Libc: "glibc2.17"},
	{OS: "linux", Arch: "arm64", Libc: "glibc2.17"},
	{OS: "linux", Arch: "amd64", Libc: "glibc2.28"},
	{OS: "linux", Arch: "arm64", Libc: "glibc2.28"},
	{OS: "linux", Arch: "amd64", Libc: spec.Musl},
	{OS: "linux", Arch: "arm64", Libc: spec.Musl},
	{OS: "darwin", Arch: "arm64"},
}

// All returns the targets that can be built for on a host, the host's own first.
func All(host spec.Platform) []Target {
	own, _ := find(host, host) // always there
	targets := []Target{own}
	for _, p := range offered {
		if t, ok := find(host, p); ok && p != host {
			targets = append(targets, t)
		}
	}
	return targets
}
