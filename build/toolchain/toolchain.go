package toolchain

import (
	"context"
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// Names of the tools. CC and CXX are the C and the C++ compiler.
const (
	CMake     = "cmake"
	Ninja     = "ninja"
	CC        = "cc"
	CXX       = "c++"
	AR        = "ar"
	Protoc    = "protoc"
	PkgConfig = "pkg-config"
	Patch     = "patch"
	Python    = "python3"
	LD        = "ld"
	Objcopy   = "objcopy"
	Patchelf  = "patchelf"
	Libtool   = "libtool"
	Emulator  = "qemu"
	Ranlib    = "ranlib"
	Zig       = "zig" // the compilers, ar and ranlib of many targets in one program
)

// Origins of a tool.
const (
	Machine  = "machine"  // it was there
	Upstream = "upstream" // its makers' release archive
	NPM      = "npm"
	PyPI     = "pypi"
	Debian   = "debian"
)

// Tool is a program that was found and answers.
type Tool struct {
	Name    string // one of the names above, or that of a compiler launcher
	Path    string // absolute
	Version string // "3.31.6", as the program says it
	Origin  string // one of the origins above
	Family  string // of a compiler: "gcc", "clang", or empty for another
	Script  bool   // Path is a script of ours, whose options decide what comes out
	Behind  string // program that does the work, if Path is a script and the program cannot be asked of through it
}

// String returns "cmake 3.31.6 (/usr/bin/cmake)".
func (t Tool) String() string { return fmt.Sprintf("%s %s (%s)", t.Name, t.Version, t.Path) }

// Set is all that a build uses.
type Set struct {
	CMake, Ninja, CC, CXX, AR, Protoc, PkgConfig, Patch, Python Tool

	LD, Objcopy Tool // zero unless Want.Binutils
	Patchelf    Tool // zero unless Want.Patchelf
	Libtool     Tool // zero unless Want.Libtool
	Emulator    Tool // runs programs of Want.Target; zero unless it says that one does
	Ranlib      Tool // goes with AR; zero for the machine's own target, where CMake finds it

	// Sysroot is where programs that run in Emulator find their loader and their shared libraries, below lib. Empty if
	// they have none, or if that folder is not known.
	Sysroot string

	Launcher *Tool // compiler cache; nil for none
}

// Tools returns the tools in a fixed order, the launcher last.
func (s Set) Tools() []Tool {
	tools := []Tool{s.CC, s.CXX, s.AR, s.CMake, s.Ninja, s.Protoc, s.Patch, s.Python, s.PkgConfig}
	if s.LD.Path != "" {
		tools = append(tools, s.LD, s.Objcopy)
	}
	if s.Patchelf.Path != "" {
		tools = append(tools, s.Patchelf)
	}
	if s.Emulator.Path != "" {
		tools = append(tools, s.Emulator)
	}
	if s.Libtool.Path != "" {
		tools = append(tools, s.Libtool)
	}
	if s.Launcher != nil {
		tools = append(tools, *s.Launcher)
	}
	return tools
}

// RunWith returns the command in front of a program of the target, and nothing for programs that run by themselves.
func (s Set) RunWith() []string {
	if s.Emulator.Path == "" {
		return nil
	}
	if s.Sysroot == "" {
		return []string{s.Emulator.Path}
	}
	return []string{s.Emulator.Path, "-L", s.Sysroot}
}

func (s *Set) put(t Tool) {
	slot := map[string]*Tool{
		CMake: &s.CMake, Ninja: &s.Ninja, CC: &s.CC, CXX: &s.CXX, AR: &s.AR,
		Protoc: &s.Protoc, PkgConfig: &s.PkgConfig, Patch: &s.Patch, Python: &s.Python,
		LD: &s.LD, Objcopy: &s.Objcopy, Patchelf: &s.Patchelf, Libtool: &s.Libtool, Emulator: &s.Emulator,
	}[t.Name]
	*slot = t
}

// Want is what a build asks for.
type Want struct {
	Target   platform.Target // what the compilers, and the tools that go with them, make code for
	Protoc   string          // version, "21.12"
	CC, CXX  string          // compiler by name or path; empty: what is found
	Launcher string          // compiler cache: name or path, "none" or "off"; empty: ccache or sccache where there is one
	Binutils bool            // GNU ld and objcopy too: they make one object of a provider
	Patchelf bool            // patchelf too: it gives a library a run path
	Libtool  bool            // Apple's libtool too: it merges archives for macOS, where ar cannot
}

// Finder finds and provides tools. Env, Runner and Host are required.
type Finder struct {
	Env     []string   // environment of the programs; its PATH is searched
	Runner  run.Runner // starts the programs with the same environment
	Dir     string     // folder for tools that are provided, ours alone
	Host    Host
	Offline bool // only what Fetch can give without a network

	// Fetch returns the path of a verified archive or wheel. Nil: there is none to be had.
	Fetch func(context.Context, release.Pin) (string, error)
	// Debian returns the archive that this machine's apt uses. Nil: there is none.
	Debian func(context.Context) (debian.Archive, error)

	rows     []way                                                                   // instead of the table, in tests
	packages func(context.Context, debian.Request, string) ([]debian.Package, error) // instead of Debian, in tests
}

// Missing is a tool that is not there, or not as it is needed.
type Missing struct {
	Name     string // "cmake"
	Need     string // ">= 3.28, < 5"; may be empty
	Rejected []Rejected
}

// Rejected is a program that was found and is not used.
type Rejected struct {
	Path    string
	Version string // empty if the program does not say
	Why     string // "too old", "does not run"
}

// String returns "cmake >= 3.28, < 5 is missing: /usr/bin/cmake is 3.25.1, too old".
func (m Missing) String() string {
	text := strings.TrimSpace(m.Name+" "+m.Need) + " is missing"
	for i, r := range m.Rejected {
		text += map[bool]string{true: ": ", false: "; "}[i == 0] + r.String()
	}
	return text
}

// String returns "/usr/bin/cmake is 3.25.1, too old".
func (r Rejected) String() string {
	if r.Version == "" {
		return r.Path + " " + r.Why
	}
	return fmt.Sprintf("%s is %s, %s", r.Path, r.Version, r.Why)
}
