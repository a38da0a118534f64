package audit

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
)

// scanner looks at the objects of an archive one by one.
type scanner struct {
	machine  elf.Machine
	private  [][]byte
	defined  map[string]string // strong symbol → the first object that defines it
	findings []Finding
}

// scan counts the objects of the archive, and reports what is wrong with them and which kernels are not there.
func scan(ctx context.Context, in Input, machine elf.Machine, report *Report) error {
	s := scanner{machine: machine, private: folders(in.Private), defined: map[string]string{}}
	err := eachObject(ctx, in, func(library string, m archive.Member, content []byte) {
		report.Objects++
		s.object(library, m.Name, content)
	})
	report.Findings = s.findings
	for _, kernel := range in.Kernels {
		if s.defined[kernel] == "" {
			report.Missing = append(report.Missing, kernel)
		}
	}
	return err
}

// eachObject calls f with every member of the archive: the library it came from, its name, its content. The content is
// only valid during the call.
func eachObject(ctx context.Context, in Input, f func(library string, m archive.Member, content []byte)) error {
	contents, err := archive.Read(in.Archive)
	if err != nil {
		return err
	}
	file, err := os.Open(in.Archive)
	if err != nil {
		return fmt.Errorf("reading objects: %w", err)
	}
	defer file.Close()
	var buffer []byte
	for i, m := range contents.Members {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if int64(cap(buffer)) < m.Size {
			buffer = make([]byte, m.Size)
		}
		content := buffer[:m.Size]
		if _, err := io.ReadFull(io.NewSectionReader(file, m.Offset, m.Size), content); err != nil {
			return fmt.Errorf("reading object %q: %w", m.Name, err)
		}
		part, _ := in.Stats.PartOf(i)
		f(part.Name, m, content)
	}
	return nil
}

func (s *scanner) object(library, member string, content []byte) {
	add := func(kind Kind, detail string) {
		s.findings = append(s.findings, Finding{Kind: kind, Library: library, Member: member, Detail: detail})
	}
	addPaths(content, s.private, add)
	reader := bytes.NewReader(content)
	if err := archive.CheckObject(reader); err != nil {
		add(NotObject, err.Error())
		return
	}
	file, err := elf.NewFile(reader)
	if err != nil {
		add(NotObject, err.Error())
		return
	}
	if file.Machine != s.machine || file.Class != elf.ELFCLASS64 {
		add(Foreign, fmt.Sprintf("%v %v, not %v %v", file.Class, file.Machine, elf.ELFCLASS64, s.machine))
		return
	}
	// Without this note the linker must assume that the object wants an executable stack: see ld(1), -z noexecstack.
	note := file.Section(".note.GNU-stack")
	switch {
	case note == nil:
		add(ExecStack, "it has no .note.GNU-stack section")
	case note.Flags&elf.SHF_EXECINSTR != 0:
		add(ExecStack, "its .note.GNU-stack section is executable")
	}
	s.duplicates(file, member+" of "+library, add)
}

// addPaths finds the private folders that an object names.
func addPaths(content []byte, private [][]byte, add func(Kind, string)) {
	for _, dir := range private {
		if text, times := findPath(content, dir); times > 0 {
			add(PrivatePath, fmt.Sprintf("%q (%s)", text, count(times, "time")))
		}
	}
}

// duplicates finds strong global definitions that another object has too. The linker would take the first that it
// comes by and say nothing, or fail, as the order of a program's objects has it.
func (s *scanner) duplicates(file *elf.File, object string, add func(Kind, string)) {
	symbols, err := file.Symbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		add(NotObject, err.Error())
		return
	}
	for _, symbol := range symbols {
		if !strong(file, symbol) {
			continue
		}
		if first, ok := s.defined[symbol.Name]; ok {
			add(Duplicate, symbol.Name+", as "+first+" does")
			continue
		}
		s.defined[symbol.Name] = object
	}
}

// strong tells whether a symbol is a definition of which a program may have only one. Members of a section group are
// merged by the linker, so they do not count.
func strong(file *elf.File, symbol elf.Symbol) bool {
	if elf.ST_BIND(symbol.Info) != elf.STB_GLOBAL || symbol.Section == elf.SHN_UNDEF || symbol.Section == elf.SHN_COMMON {
		return false
	}
	index := int(symbol.Section)
	return index >= len(file.Sections) || file.Sections[index].Flags&elf.SHF_GROUP == 0
}
