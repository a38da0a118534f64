package audit

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Undefined is a symbol that an object of the archive needs, and that neither the archive nor the system has.
type Undefined struct {
	Symbol  string `json:"symbol"`
	Name    string `json:"name"`    // as it is written in C++; the symbol itself where that is not known
	Library string `json:"library"` // the first archive that needs it
	Member  string `json:"member"`
}

// String returns "re2::RE2::RE2(char const*), needed by regex.cc.o of libonnxruntime_providers.a".
func (u Undefined) String() string {
	if u.Member == "" {
		return u.Name
	}
	return fmt.Sprintf("%s, needed by %s of %s", u.Name, u.Member, u.Library)
}

// LinkCommand returns the command that makes the shared library output of the whole archive, and fails if a symbol is
// undefined. Libraries are shared ones that the archive may need. The compiler of a platform with a C library of its own
// is zig's (0.17), which knows fewer options.
func LinkCommand(platform spec.Platform, cxx, archive, output string, libraries ...string) run.Cmd {
	args := []string{
		"-shared", "-o", output,
		"-Wl,--whole-archive", archive, "-Wl,--no-whole-archive",
		"-Wl,--no-undefined",
		"-Wl,--as-needed", // else NEEDED has what is named here, not what is needed
	}
	if platform.Libc == "" {
		args = append(args,
			"-Wl,--no-demangle",
			"-Wl,-z,muldefs", // two definitions are found by reading the objects; here they would hide the rest
		)
	}
	return run.Cmd{
		Path: cxx,
		Args: slices.Concat(args, []string{"-lpthread", "-ldl", "-lm"}, libraries),
		Env:  []string{"LC_ALL=C"}, // the messages are read
	}
}

// closure links the archive and reads the result. It returns nil for Linked if symbols are undefined.
func closure(ctx context.Context, runner run.Runner, in Input) (*Linked, []Undefined, error) {
	path, err := filepath.Abs(in.Archive)
	if err != nil {
		return nil, nil, fmt.Errorf("linking the whole archive: %w", err)
	}
	// Beside the archive: temporary folders may be small, and this file is as large as the archive.
	output := path + ".audit.so"
	defer os.Remove(output)
	var messages bytes.Buffer
	cmd := LinkCommand(in.Platform, in.CXX, path, output, in.Libraries...)
	cmd.Stderr = &messages
	err = runner.Run(ctx, cmd)
	var exit *run.ExitError
	if errors.As(err, &exit) {
		if symbols := UndefinedSymbols(messages.String()); len(symbols) > 0 {
			undefined, err := explain(ctx, runner, in, symbols)
			return nil, undefined, err
		}
	}
	if exit != nil {
		return nil, nil, &fault.Error{
			Op: "link the whole archive", On: path, Err: err, Tail: exit.Tail,
			Hint: "the linker says why; its command line is in the log",
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("linking the whole archive: %w", err)
	}
	linked, err := Program(output)
	return &linked, nil, err
}

// undefinedMessage matches what the linkers say: "undefined reference to `f'" (GNU), "undefined symbol: f" (lld, mold), where
// zig's lld has the name as it is written in C++: "undefined symbol: f(char const*)".
var undefinedMessage = regexp.MustCompile("(?m)undefined (?:reference to [`'‘]?([^\\s`'’]+)|symbol: (.+?)\\s*$)")

// UndefinedSymbols returns the symbols that the messages of a linker call undefined, sorted.
func UndefinedSymbols(messages string) []string {
	var symbols []string
	for _, match := range undefinedMessage.FindAllStringSubmatch(messages, -1) {
		symbols = append(symbols, match[1]+match[2])
	}
	slices.Sort(symbols)
	return slices.Compact(symbols)
}

// explain finds for each symbol how it is written and the object that needs it.
func explain(ctx context.Context, runner run.Runner, in Input, symbols []string) ([]Undefined, error) {
	undefined := make([]Undefined, len(symbols))
	at := map[string]*Undefined{}
	for i, name := range demangle(ctx, runner, symbols) {
		undefined[i] = Undefined{Symbol: symbols[i], Name: name}
		at[symbols[i]] = &undefined[i]
	}
	err := eachObject(ctx, in, func(library string, m archive.Member, content []byte) {
		file, err := elf.NewFile(bytes.NewReader(content))
		if err != nil {
			return // the scan reports it
		}
		imported, _ := file.Symbols()
		for _, symbol := range imported {
			u := at[symbol.Name]
			if u != nil && u.Member == "" && symbol.Section == elf.SHN_UNDEF {
				u.Library, u.Member = library, m.Name
			}
		}
	})
	return undefined, err
}

// demangle returns the symbols as they are written in C++, or as they are where that cannot be found out: names are for
// people only, so a missing c++filt is no failure.
func demangle(ctx context.Context, runner run.Runner, symbols []string) []string {
	cmd := run.Cmd{Path: "c++filt", Stdin: strings.NewReader(strings.Join(symbols, "\n") + "\n")}
	out, err := run.Output(ctx, runner, cmd)
	names := strings.Split(out, "\n")
	if err != nil || len(names) != len(symbols) {
		return symbols
	}
	return names
}
