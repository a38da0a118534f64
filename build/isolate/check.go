package isolate

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
)

// shown is how many names a problem lists.
const shown = 4

// gnuUnique is STB_GNU_UNIQUE, a binding that package elf does not know: the symbol is one in the whole process.
const gnuUnique = elf.SymBind(10)

var (
	// atStart are sections whose content runs at a program's start or end, by name; some go by their type too.
	atStart     = regexp.MustCompile(`^\.(preinit_array|init_array|fini_array|ctors|dtors|init|fini)(\.|$)`)
	atStartType = []elf.SectionType{elf.SHT_INIT_ARRAY, elf.SHT_FINI_ARRAY, elf.SHT_PREINIT_ARRAY}

	// ofCore matches a mangled name in namespace onnxruntime: functions, variables, and what the compiler makes of
	// classes and of static variables.
	ofCore = regexp.MustCompile(`^_Z(T[VTIS]|GV|GR|T[hv]n?[0-9_n]+_)?N[rVK]*[RO]?11onnxruntime`)
)

// bridge are the functions between core and provider that an object has itself.
var bridge = []string{"GetProvider", "Provider_GetHost", "Provider_SetHost"}

// Check reads the isolated object of the named provider, and returns what is wrong with it, a line for each problem:
// another symbol than the entry that other objects can see, code that runs at a program's start or end, a part of the
// core or of the bridge that it lacks, a group that a linker could drop, an executable stack.
func Check(path, name string) ([]string, error) {
	file, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("checking object %q: %w", path, err)
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("checking object %q: %w", path, err)
	}
	problems := append(checkDefined(symbols, Entry(name)), checkUndefined(symbols)...)
	problems = append(problems, checkSections(file)...)
	return append(problems, checkKind(path)...), nil
}

// checkKind tells of a file that is no object with machine code.
func checkKind(path string) []string {
	file, err := os.Open(path)
	if err == nil {
		defer file.Close()
		err = archive.CheckObject(file)
	}
	if err != nil {
		return []string{err.Error()}
	}
	return nil
}

// checkDefined looks for the entry, and for what else other objects can see.
func checkDefined(symbols []elf.Symbol, entry string) []string {
	found := false
	kinds := map[elf.SymBind][]string{}
	for _, s := range symbols {
		bind := elf.ST_BIND(s.Info)
		switch {
		case s.Section == elf.SHN_UNDEF || bind == elf.STB_LOCAL:
		case s.Name == entry && bind == elf.STB_GLOBAL:
			found = true
		default:
			kinds[bind] = append(kinds[bind], s.Name)
		}
	}
	var problems []string
	if !found {
		problems = append(problems, "the entry "+entry+" is missing")
	}
	for _, bind := range []elf.SymBind{elf.STB_GLOBAL, elf.STB_WEAK, gnuUnique} {
		if names := kinds[bind]; len(names) > 0 {
			words := map[elf.SymBind]string{
				elf.STB_GLOBAL: "global symbols beside the entry",
				elf.STB_WEAK:   "weak symbols are defined",
				gnuUnique:      "symbols are one in the whole process (STB_GNU_UNIQUE)",
			}
			problems = append(problems, words[bind]+": "+list(names))
		}
		delete(kinds, bind)
	}
	for bind, names := range kinds {
		problems = append(problems, fmt.Sprintf("symbols of the unknown binding %d: %s", bind, list(names)))
	}
	return problems
}

// checkUndefined looks for what only the provider itself may define.
func checkUndefined(symbols []elf.Symbol) []string {
	var core, missing []string
	for _, s := range symbols {
		switch {
		case s.Section != elf.SHN_UNDEF:
		case ofCore.MatchString(s.Name):
			core = append(core, s.Name)
		case slices.Contains(bridge, s.Name):
			missing = append(missing, s.Name)
		}
	}
	var problems []string
	if len(core) > 0 {
		problems = append(problems, "parts of ONNX Runtime are missing, the core's own would be taken: "+list(core))
	}
	if len(missing) > 0 {
		problems = append(problems, "functions of the bridge are missing: "+list(missing))
	}
	return problems
}

func checkSections(file *elf.File) []string {
	var problems, start []string
	groups, stack := 0, "the stack would be executable: there is no section .note.GNU-stack"
	for _, s := range file.Sections {
		switch {
		case s.Type == elf.SHT_GROUP:
			groups++
		case s.Name == ".note.GNU-stack" && s.Flags&elf.SHF_EXECINSTR != 0:
			stack = "the stack would be executable: the section .note.GNU-stack asks for it"
		case s.Name == ".note.GNU-stack":
			stack = ""
		case s.Type == elf.SHT_RELA || s.Type == elf.SHT_REL || s.Size == 0:
		case atStart.MatchString(s.Name) || slices.Contains(atStartType, s.Type):
			start = append(start, s.Name)
		}
	}
	if len(start) > 0 {
		problems = append(problems, "code would run at the program's start or end, from section "+list(start))
	}
	if groups > 0 {
		problems = append(problems, fmt.Sprintf("%d section groups (COMDAT) are left", groups))
	}
	if stack != "" {
		problems = append(problems, stack)
	}
	return problems
}

// list joins names, but not all of many.
func list(names []string) string {
	slices.Sort(names)
	if rest := len(names) - shown; rest > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), rest)
	}
	return strings.Join(names, ", ")
}
