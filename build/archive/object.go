package archive

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"strings"
)

// What a member may be instead of an object that every linker understands.
var (
	ErrNotObject = errors.New("it is not an object file")
	ErrLTO       = errors.New("it holds a compiler's own code for link-time optimisation, which only that compiler's" +
		" linker plugin can read: build without LTO")
)

// CheckObject tells whether r is an object that can go into a merged archive: a relocatable ELF or a Mach-O object
// with machine code. It returns an error that wraps [ErrNotObject] or [ErrLTO] if not.
func CheckObject(r io.ReaderAt) error {
	var first [4]byte
	if _, err := r.ReadAt(first[:], 0); err != nil {
		return fmt.Errorf("%w: it has no 4 bytes", ErrNotObject)
	}
	switch string(first[:]) {
	case elf.ELFMAG:
		return checkELF(r)
	case "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe": // Mach-O, 32 and 64 bits, little-endian
		return nil
	case "BC\xc0\xde", "\xde\xc0\x17\x0b": // LLVM bitcode, bare and in its wrapper
		return ErrLTO
	}
	return fmt.Errorf("%w: it starts with %q", ErrNotObject, first)
}

func checkELF(r io.ReaderAt) error {
	file, err := elf.NewFile(r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotObject, err)
	}
	if file.Type != elf.ET_REL {
		return fmt.Errorf("%w: its ELF type is %v, not %v", ErrNotObject, file.Type, elf.ET_REL)
	}
	for _, section := range file.Sections {
		if strings.HasPrefix(section.Name, ".gnu.lto_") {
			return ErrLTO
		}
	}
	return nil
}
