package audit

import (
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Linked is what a linked ELF file, a program or a shared library, asks of the system that it runs on.
type Linked struct {
	Needed          []string `json:"needed"`                // shared libraries, in the order of the file
	Imports         []Import `json:"imports"`               // how many symbols come from each of them, the most first
	Floors          []Floor  `json:"floors"`                // the lowest versions that will do, sorted by name
	RunPaths        []string `json:"run_paths,omitempty"`   // where else libraries are looked for
	Interpreter     string   `json:"interpreter,omitempty"` // the loader of a program; empty for static ones and libraries
	ExecutableStack bool     `json:"executable_stack"`
	TextRelocations bool     `json:"text_relocations"` // its code is changed while it is loaded
}

// Import counts the symbols that come from one library.
type Import struct {
	Library string `json:"library"` // empty: not said, as in files without symbol versions
	Symbols int    `json:"symbols"`
}

// Floor is the newest version of a set of symbols that is needed: GLIBC 2.34, say.
type Floor struct {
	Name    string `json:"name"` // "GLIBC", "GLIBCXX", "CXXABI", "GCC"
	Version string `json:"version"`
	Symbol  string `json:"symbol,omitempty"` // one that needs it
}

// Program reads the linked file at path. A static program has neither libraries nor floors.
func Program(path string) (Linked, error) {
	file, err := elf.Open(path)
	if err != nil {
		return Linked{}, fmt.Errorf("reading program %q: %w", path, err)
	}
	defer file.Close()
	linked, err := read(file)
	if err != nil {
		return Linked{}, fmt.Errorf("reading program %q: %w", path, err)
	}
	return linked, nil
}

func read(file *elf.File) (Linked, error) {
	linked := Linked{ExecutableStack: true} // what the kernel assumes of a file that does not say
	for _, segment := range file.Progs {
		switch segment.Type {
		case elf.PT_GNU_STACK:
			linked.ExecutableStack = segment.Flags&elf.PF_X != 0
		case elf.PT_INTERP:
			text, err := io.ReadAll(segment.Open())
			if err != nil {
				return Linked{}, fmt.Errorf("interpreter: %w", err)
			}
			linked.Interpreter = strings.TrimRight(string(text), "\x00")
		}
	}
	if file.Section(".dynamic") == nil {
		return linked, nil
	}
	needed, err := file.ImportedLibraries()
	if err != nil {
		return Linked{}, fmt.Errorf("needed libraries: %w", err)
	}
	linked.Needed = needed
	for _, tag := range []elf.DynTag{elf.DT_RPATH, elf.DT_RUNPATH} {
		paths, err := file.DynString(tag)
		if err != nil {
			return Linked{}, fmt.Errorf("run paths: %w", err)
		}
		linked.RunPaths = append(linked.RunPaths, paths...)
	}
	textRel, err := file.DynValue(elf.DT_TEXTREL)
	if err != nil {
		return Linked{}, fmt.Errorf("text relocations: %w", err)
	}
	flags, err := file.DynValue(elf.DT_FLAGS)
	if err != nil {
		return Linked{}, fmt.Errorf("flags: %w", err)
	}
	linked.TextRelocations = len(textRel) > 0 || len(flags) > 0 && flags[0]&uint64(elf.DF_TEXTREL) != 0

	symbols, err := file.ImportedSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return Linked{}, fmt.Errorf("imported symbols: %w", err)
	}
	linked.Imports, linked.Floors = imports(symbols), floors(symbols)
	return linked, nil
}

func imports(symbols []elf.ImportedSymbol) []Import {
	counts := map[string]int{}
	for _, symbol := range symbols {
		counts[symbol.Library]++
	}
	var list []Import
	for library, n := range counts {
		list = append(list, Import{Library: library, Symbols: n})
	}
	slices.SortFunc(list, func(a, b Import) int {
		return cmp.Or(cmp.Compare(b.Symbols, a.Symbols), cmp.Compare(a.Library, b.Library))
	})
	return list
}

// floors takes the versions from the symbols that are used, so that a version which is only declared does not count.
func floors(symbols []elf.ImportedSymbol) []Floor {
	highest := map[string]Floor{}
	for _, symbol := range symbols {
		i := strings.LastIndexByte(symbol.Version, '_') // GLIBC_2.34
		if i < 0 {
			continue
		}
		name, version := symbol.Version[:i], symbol.Version[i+1:]
		known, ok := highest[name]
		order := compareVersions(version, known.Version)
		if !ok || order > 0 || order == 0 && symbol.Name < known.Symbol { // the same symbol in every run
			highest[name] = Floor{Name: name, Version: version, Symbol: symbol.Name}
		}
	}
	var list []Floor
	for _, floor := range highest {
		list = append(list, floor)
	}
	slices.SortFunc(list, func(a, b Floor) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// compareVersions compares "2.4" and "2.34" number by number. What is no number ("PRIVATE") counts as 0.
func compareVersions(a, b string) int {
	numbers := func(version string) []int {
		var list []int
		for part := range strings.SplitSeq(version, ".") {
			n, _ := strconv.Atoi(part)
			list = append(list, n)
		}
		return list
	}
	return slices.Compare(numbers(a), numbers(b))
}

// Problems returns what is wrong with a program for a platform that should have ONNX Runtime inside.
func (l Linked) Problems(platform spec.Platform) []string {
	problems := append(l.hardening(), l.floorProblems(platform)...)
	if platform.Libc == spec.Musl && l.Interpreter+strings.Join(l.Needed, "") != "" {
		problems = append(problems, fmt.Sprintf("it is not static: it wants the loader %q and the libraries %q", l.Interpreter, l.Needed))
	}
	for _, library := range l.Needed {
		if strings.HasPrefix(filepath.Base(library), "libonnxruntime") {
			problems = append(problems, fmt.Sprintf("it needs %s: ONNX Runtime is not inside", library))
		}
	}
	for _, path := range l.RunPaths {
		if !strings.HasPrefix(path, "$ORIGIN") {
			problems = append(problems, fmt.Sprintf("it looks for libraries in %q, a folder of the build machine", path))
		}
	}
	return problems
}

// systemLibrary matches the libraries that every system with a C++ runtime has.
var systemLibrary = regexp.MustCompile(`^(lib(c|m|dl|pthread|stdc\+\+|gcc_s)\.so(\.\d+)*|libc\.musl-.*|ld-linux.*\.so\.\d+|` +
	`/usr/lib/lib(System\.B|c\+\+\.1|c\+\+abi|objc\.A)\.dylib|/System/Library/Frameworks/.*)$`)

// closureProblems returns what is wrong with the archive that l was linked from. External libraries are expected.
func (l Linked) closureProblems(external []string) []string {
	problems := l.hardening()
	for _, library := range l.Needed {
		if !systemLibrary.MatchString(library) && !slices.Contains(external, library) {
			problems = append(problems, fmt.Sprintf("the archive needs %s, which not every system has", library))
		}
	}
	return problems
}

// floorProblems returns what keeps a linked file from the systems of its platform, which may name a glibc.
func (l Linked) floorProblems(platform spec.Platform) []string {
	wanted := platform.Glibc()
	for _, floor := range l.Floors {
		if floor.Name == "GLIBC" && wanted != "" && compareVersions(floor.Version, wanted) > 0 {
			return []string{fmt.Sprintf("it needs glibc %s (for %s), not %s", floor.Version, floor.Symbol, wanted)}
		}
	}
	return nil
}

func (l Linked) hardening() []string {
	var problems []string
	if l.ExecutableStack {
		problems = append(problems, "what is linked with it gets an executable stack")
	}
	if l.TextRelocations {
		problems = append(problems, "it has text relocations: some object was compiled without -fPIC")
	}
	return problems
}

// soname returns the name under which programs that are linked with a shared library ask for it.
func soname(path string) (string, error) {
	file, err := elf.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading shared library %q: %w", path, err)
	}
	defer file.Close()
	names, err := file.DynString(elf.DT_SONAME)
	if err != nil {
		return "", fmt.Errorf("reading shared library %q: %w", path, err)
	}
	if len(names) == 0 {
		return filepath.Base(path), nil
	}
	return names[0], nil
}
