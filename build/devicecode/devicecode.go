// Package devicecode tells for which GPUs a library has code, without any tool of NVIDIA's.
//
//	code, err := devicecode.Read("libonnxruntime_providers_cuda.so")
//	for _, g := range code.Summary() {
//		fmt.Println(g.Kind, g.Capability, g.Parts, g.Bytes) // SASS 9.0 155 58000000
//	}
//	missing, extra := code.Missing("9.0a 12.0a 12.0+PTX")
//
// A compiler of CUDA puts the machine code of every GPU (SASS) and the portable code (PTX) of one source file into a
// fat binary, and that into section .nv_fatbin of the object; objects with relocatable device code have __nv_relfatbin
// instead. The linker only joins these sections. The format has no public description: what is read here was seen in
// files of CUDA 11.8 to 13.0 and compared with what cuobjdump lists.
package devicecode

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"os"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
)

// Kind says what an entry holds. The values are what a person reads.
type Kind string

// What can be in a fat binary.
const (
	SASS  Kind = "SASS"  // machine code of one GPU
	PTX   Kind = "PTX"   // portable code: the driver compiles it for newer GPUs
	Other Kind = "other" // no GPU runs it as it is: what the device linker was given, a compiler's own form
)

// Code is the device code of one file.
type Code struct {
	Entries []Entry // in file order
}

// Entry is the code of one source file for one GPU.
type Entry struct {
	Kind        Kind
	Capability  string // compute capability, "9.0"
	Accelerated bool   // "90a": runs on GPUs of exactly this capability
	Family      bool   // "100f": runs on the GPUs of this family
	Bytes       int64  // as stored, with header and padding
	Compressed  bool
	Relocatable bool // for the device linker: beside its output it is the same code a second time
}

// Name returns the capability with its suffix: "9.0", "9.0a", "10.0f".
func (e Entry) Name() string {
	switch {
	case e.Accelerated:
		return e.Capability + "a"
	case e.Family:
		return e.Capability + "f"
	}
	return e.Capability
}

// Read reads the device code of an ELF file (object, shared library, program) or of the objects of a static archive. A
// file without device code gives no entries. Damaged device code is an error that names the place.
func Read(path string) (Code, error) {
	code, err := read(path)
	if err != nil {
		return Code{}, fmt.Errorf("reading the device code of %q: %w", path, err)
	}
	return code, nil
}

func read(path string) (Code, error) {
	file, err := os.Open(path)
	if err != nil {
		return Code{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Code{}, err
	}
	return Parse(file, info.Size())
}

// Parse reads what [Read] does from a file of size bytes. Whatever r holds, it does not panic.
func Parse(r io.ReaderAt, size int64) (Code, error) {
	var code Code
	if isELF(r) {
		err := code.elf(r, size)
		return code, err
	}
	contents, err := archive.Parse(r, size)
	if err != nil {
		return Code{}, fmt.Errorf("it is neither an ELF file nor a static archive: %w", err)
	}
	for _, m := range contents.Members {
		member := io.NewSectionReader(r, m.Offset, m.Size)
		if !isELF(member) {
			continue // what it is instead is a matter for who merges or audits the archive
		}
		if err := code.elf(member, m.Size); err != nil {
			return Code{}, fmt.Errorf("object %q at byte %d: %w", m.Name, m.Offset, err)
		}
	}
	return code, nil
}

func isELF(r io.ReaderAt) bool {
	first := make([]byte, len(elf.ELFMAG))
	_, err := r.ReadAt(first, 0)
	return err == nil && bytes.Equal(first, []byte(elf.ELFMAG))
}

// The sections. Relocatable code in a file that is linked is what the device linker was given: its output is in the other
// section, so this is the same code a second time, which no GPU is ever offered.
const (
	linked      = ".nv_fatbin"
	relocatable = "__nv_relfatbin"
)

// elf adds the device code of an ELF file of size bytes.
func (c *Code) elf(r io.ReaderAt, size int64) error {
	file, err := elf.NewFile(r)
	if err != nil {
		return err
	}
	for _, section := range file.Sections {
		if section.Name != linked && section.Name != relocatable || section.Type == elf.SHT_NOBITS {
			continue
		}
		if section.Offset > uint64(size) || section.FileSize > uint64(size)-section.Offset {
			return fmt.Errorf("section %s is cut off: %d bytes at byte %d of a file of %d",
				section.Name, section.FileSize, section.Offset, size)
		}
		entries, err := parse(io.NewSectionReader(r, int64(section.Offset), int64(section.FileSize)))
		if err != nil {
			return fmt.Errorf("section %s at byte %d: %w", section.Name, section.Offset, err)
		}
		for i := range entries {
			entries[i].Relocatable = section.Name == relocatable
			if entries[i].Relocatable && file.Type != elf.ET_REL {
				entries[i].Kind = Other
			}
		}
		c.Entries = append(c.Entries, entries...)
	}
	return nil
}
