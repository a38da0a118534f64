package audit

import (
	"bytes"
	"context"
	"debug/macho"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// System is what is known of an archive for macOS beside what is known of every archive.
type System struct {
	Floor   Floor `json:"floor"`   // the newest macOS that an object asks for
	Symbols int   `json:"symbols"` // how many symbols are left to macOS and its C++ library
}

// inspectMachO does for an archive for macOS what [Inspect] does for others. Without a compiler to link it with, the names
// of its symbols must do.
func inspectMachO(ctx context.Context, runner run.Runner, in Input, report Report, cpu macho.Cpu) (Report, error) {
	objects, s, err := scanMachO(ctx, in, cpu)
	if err != nil {
		return Report{}, fmt.Errorf("auditing %q: %w", in.Archive, err)
	}
	report.Objects, report.Findings = objects, s.findings
	missing, system := s.split()
	report.System = &System{Floor: s.newest, Symbols: system}
	if in.CXX != "" {
		var symbols []string
		if report.Linked, symbols, err = linkMachO(ctx, runner, in); err != nil {
			return Report{}, fmt.Errorf("auditing %q: %w", in.Archive, err)
		}
		missing = s.users(symbols)
	}
	report.Undefined = named(ctx, runner, missing)
	return report, nil
}

// MachOLinkCommand returns the command that makes the shared library output of the whole archive on a host, and fails if
// a symbol is undefined. A Mac has frameworks; those that nothing needs do not get into the result. Elsewhere zig links,
// without any.
func MachOLinkCommand(host spec.Platform, cxx, archive, output string) run.Cmd {
	args := []string{"-dynamiclib", "-o", output, "-Xlinker", "-force_load", "-Xlinker", archive}
	if host.OS == "darwin" {
		args = append(args, "-Wl,-dead_strip_dylibs", "-framework", "Foundation", "-framework", "CoreML")
	}
	return run.Cmd{Path: cxx, Args: args, Env: []string{"LC_ALL=C"}} // the messages are read
}

// linkMachO links the archive and reads the result, or returns the symbols that are undefined.
func linkMachO(ctx context.Context, runner run.Runner, in Input) (*Linked, []string, error) {
	path, err := filepath.Abs(in.Archive)
	if err != nil {
		return nil, nil, fmt.Errorf("linking the whole archive: %w", err)
	}
	output := path + ".audit.dylib"
	defer os.Remove(output)
	var messages bytes.Buffer
	cmd := MachOLinkCommand(spec.Host(), in.CXX, path, output)
	cmd.Stderr = &messages
	err = runner.Run(ctx, cmd)
	var exit *run.ExitError
	if errors.As(err, &exit) {
		if symbols := UndefinedOnMac(messages.String()); len(symbols) > 0 {
			return nil, symbols, nil
		}
		return nil, nil, &fault.Error{
			Op: "link the whole archive", On: path, Err: err, Tail: exit.Tail,
			Hint: "the linker says why; its command line is in the log",
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("linking the whole archive: %w", err)
	}
	file, err := macho.Open(output)
	if err != nil {
		return nil, nil, fmt.Errorf("reading what was linked: %w", err)
	}
	defer file.Close()
	needed, err := file.ImportedLibraries()
	if err != nil {
		return nil, nil, fmt.Errorf("reading what was linked: %w", err)
	}
	return &Linked{Needed: needed}, nil, nil
}

// macMessage matches what Apple's linkers say, `  "_f", referenced from:`, and zig's, "error: undefined symbol: _f".
var macMessage = regexp.MustCompile(`(?m)^(?:\s+"([^"\n]+)", referenced from:|error: undefined symbol: (\S+)$)`)

// UndefinedOnMac returns the symbols that the messages of a linker for macOS call undefined, sorted. Apple's writes those
// of C++ as a person would.
func UndefinedOnMac(messages string) []string {
	var symbols []string
	for _, match := range macMessage.FindAllStringSubmatch(messages, -1) {
		symbols = append(symbols, match[1]+match[2])
	}
	slices.Sort(symbols)
	return slices.Compact(symbols)
}

// users returns for each symbol the object that needs it, as far as that is known.
func (s *machoScanner) users(symbols []string) []Undefined {
	var list []Undefined
	for _, symbol := range symbols {
		u := s.needed[symbol]
		u.Symbol = symbol
		list = append(list, u)
	}
	return list
}

// named completes undefined symbols with how they are written in C++.
func named(ctx context.Context, runner run.Runner, list []Undefined) []Undefined {
	if len(list) == 0 {
		return nil
	}
	symbols := make([]string, len(list))
	for i, u := range list {
		symbols[i] = plain(u.Symbol)
	}
	for i, name := range demangle(ctx, runner, symbols) {
		list[i].Name = name
	}
	return list
}
