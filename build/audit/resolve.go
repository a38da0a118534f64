package audit

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// resolve finds the symbols of a library in folder dir that nothing defines. A symbol with a version was found by the
// linker in the library that the version names; the others may come from any library that is needed, or from one that
// such a library needs. Libraries are looked for beside the file only: that is where they will be.
func (s *SharedLibrary) resolve(dir string, symbols []elf.Symbol) error {
	defined := map[string]bool{}
	seen := map[string]bool{}
	for queue := slices.Clone(s.Needed); len(queue) > 0; queue = queue[1:] {
		name := queue[0]
		if seen[name] || systemLibrary.MatchString(name) || name == "librt.so.1" { // a part of glibc
			continue
		}
		seen[name] = true
		needed, err := definitions(filepath.Join(dir, name), defined)
		if errors.Is(err, fs.ErrNotExist) {
			s.Elsewhere = append(s.Elsewhere, name)
			continue
		}
		if err != nil {
			return fmt.Errorf("needed library %s: %w", name, err)
		}
		queue = append(queue, needed...)
	}
	for _, symbol := range symbols {
		if symbol.Section != elf.SHN_UNDEF || elf.ST_BIND(symbol.Info) != elf.STB_GLOBAL || symbol.Version != "" ||
			defined[symbol.Name] || slices.Contains(fromHost, symbol.Name) {
			continue
		}
		if len(s.Elsewhere) > 0 && !strings.Contains(symbol.Name, "11onnxruntime") { // no other library has that namespace
			s.Unsure = append(s.Unsure, symbol.Name)
			continue
		}
		s.Undefined = append(s.Undefined, symbol.Name)
	}
	return nil
}

// definitions adds what the library at path defines, and returns what it needs.
func definitions(path string, defined map[string]bool) (needed []string, err error) {
	file, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	symbols, err := file.DynamicSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("dynamic symbols: %w", err)
	}
	for _, name := range exports(symbols) {
		defined[name] = true
	}
	return file.ImportedLibraries()
}

// leaksOf returns the texts of the file at path that name private folders.
func leaksOf(path string, private []string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return leaks(file, private)
}
