package audit

import (
	"debug/elf"
	"debug/macho"
)

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

// ScanMachO is [ScanObject] for an object of macOS.
func ScanMachO(content []byte, private ...string) []Finding {
	s := newMachoScanner(macho.CpuArm64, "13.3", private)
	s.object("lib.a", "a.o", content)
	s.split()
	return s.findings
}

// LinkMachO is linkMachO.
var LinkMachO = linkMachO

// IsOwn tells whether a symbol must be one of the archive's.
func IsOwn(symbol string) bool {
	s := machoScanner{needed: map[string]Undefined{symbol: {Symbol: symbol}}}
	missing, _ := s.split()
	return len(missing) > 0
}
