package audit

import (
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// SharedLibrary is what a provider in a library of its own is: opened at run time by a core that is linked statically.
type SharedLibrary struct {
	Name      string   `json:"name"`                // base name of the file
	SOName    string   `json:"soname,omitempty"`    // what the library calls itself; providers need no such name
	Exports   []string `json:"exports"`             // defined symbols that others see, sorted
	Undefined []string `json:"undefined,omitempty"` // symbols that neither the system nor a library beside it has
	Unsure    []string `json:"unsure,omitempty"`    // symbols that only the libraries of Elsewhere can have
	Elsewhere []string `json:"elsewhere,omitempty"` // needed libraries that are neither the system's nor beside it
	Private   []string `json:"private,omitempty"`   // texts that name folders of the build machine
	Linked
}

// entries has what a library of the bridge must export, by the part of its name that says what it is.
var entries = map[string][]string{
	"libonnxruntime_providers_shared": {"Provider_GetHost", "Provider_SetHost"},
	"libonnxruntime_providers_":       {"GetProvider"},
}

// fromHost has what a provider takes from libonnxruntime_providers_shared.so, which the core opens before it with
// RTLD_GLOBAL: no NEEDED entry names that library.
var fromHost = []string{"Provider_GetHost", "Provider_SetHost"}

// Shared reads the shared library at path. Texts in it that name a private folder are looked for everywhere, device code
// that is not compressed included.
func Shared(path string, private []string) (SharedLibrary, error) {
	library, err := shared(path, private)
	if err != nil {
		return SharedLibrary{}, fmt.Errorf("reading shared library %q: %w", path, err)
	}
	return library, nil
}

func shared(path string, private []string) (SharedLibrary, error) {
	file, err := elf.Open(path)
	if err != nil {
		return SharedLibrary{}, err
	}
	defer file.Close()
	if file.Type != elf.ET_DYN {
		return SharedLibrary{}, fmt.Errorf("its ELF type is %v, not %v", file.Type, elf.ET_DYN)
	}
	library := SharedLibrary{Name: filepath.Base(path)}
	if library.Linked, err = read(file); err != nil {
		return SharedLibrary{}, err
	}
	names, err := file.DynString(elf.DT_SONAME)
	if err != nil {
		return SharedLibrary{}, fmt.Errorf("its own name: %w", err)
	}
	library.SOName = strings.Join(names, " ")
	symbols, err := file.DynamicSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return SharedLibrary{}, fmt.Errorf("dynamic symbols: %w", err)
	}
	library.Exports = exports(symbols)
	if err := library.resolve(filepath.Dir(path), symbols); err != nil {
		return SharedLibrary{}, err
	}
	library.Private, err = leaksOf(path, private)
	return library, err
}

// exports returns the names of the symbols that others see.
func exports(symbols []elf.Symbol) []string {
	var names []string
	for _, s := range symbols {
		version := s.Section == elf.SHN_ABS && elf.ST_TYPE(s.Info) == elf.STT_OBJECT // the name of a version, "VERS_1.0"
		if s.Section != elf.SHN_UNDEF && elf.ST_BIND(s.Info) != elf.STB_LOCAL && !version {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Problems returns what is wrong with a library that should stand beside a program, none if it is sound.
func (s SharedLibrary) Problems() []string {
	problems := s.hardening()
	if s.SOName != "" && s.SOName != s.Name {
		problems = append(problems, fmt.Sprintf("its name inside is %s", s.SOName))
	}
	none := len(s.RunPaths) == 0 && !slices.ContainsFunc(s.Needed, func(name string) bool { return !systemLibrary.MatchString(name) })
	if !none && !slices.Equal(s.RunPaths, []string{"$ORIGIN"}) { // one that needs nothing looks for nothing
		looks := cmp.Or(strings.Join(s.RunPaths, ":"), "nothing")
		problems = append(problems, fmt.Sprintf("its run path is %s, it must be $ORIGIN", looks))
	}
	problems = append(problems, s.exportProblems()...)
	for _, library := range s.Needed {
		if strings.HasPrefix(library, "libonnxruntime.") {
			problems = append(problems, fmt.Sprintf("it needs %s: the core is not a shared library", library))
		}
	}
	if len(s.Undefined) > 0 {
		problems = append(problems,
			fmt.Sprintf("%s that nothing defines: %s", count(len(s.Undefined), "symbol"), some(s.Undefined)))
	}
	for _, text := range s.Private {
		problems = append(problems, fmt.Sprintf("it names a folder of the build machine: %q", text))
	}
	return problems
}

// exportProblems compares what is exported with what the bridge calls.
func (s SharedLibrary) exportProblems() []string {
	var wanted []string
	longest := 0
	for prefix, names := range entries {
		if strings.HasPrefix(s.Name, prefix) && len(prefix) > longest {
			wanted, longest = names, len(prefix)
		}
	}
	var problems, surplus []string
	for _, name := range wanted {
		if !slices.Contains(s.Exports, name) {
			problems = append(problems, "it does not export "+name)
		}
	}
	for _, name := range s.Exports {
		if !slices.Contains(wanted, name) {
			surplus = append(surplus, name)
		}
	}
	if len(surplus) > 0 {
		problems = append(problems, fmt.Sprintf("it exports %s that nobody calls: %s",
			count(len(surplus), "symbol"), some(surplus)))
	}
	return problems
}
