package audit

import "debug/elf"

// ScanObject looks at one object, as a fuzz test needs it.
func ScanObject(content []byte, private ...string) []Finding {
	s := scanner{machine: elf.EM_X86_64, private: folders(private), defined: map[string]string{}}
	s.object("lib.a", "a.o", content)
	return s.findings
}

// FindPath is findPath.
var FindPath = findPath

// Leaks is leaks.
var Leaks = leaks
