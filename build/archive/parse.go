package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// parser turns entries into members. It keeps the tables until all members are known.
type parser struct {
	r       io.ReaderAt
	members []Member
	names   []byte // GNU's table of long names, "a long name.o/\n…"
	table   []byte // symbol table
	decode  func(table []byte) ([]reference, error)
}

// reference is a line of a symbol table: a name, and where the header of the defining member starts.
type reference struct {
	name   string
	header int64
}

func (p *parser) entry(e entry) error {
	switch e.name {
	case "/":
		return p.symbolTable(e, decodeGNU32)
	case "/SYM64/":
		return p.symbolTable(e, decodeGNU64)
	case "//":
		names, err := p.content(e)
		p.names = names
		return err
	}
	m := Member{Name: e.name, Offset: e.offset, Size: e.size, header: e.header}
	var err error
	switch {
	case strings.HasPrefix(e.name, "#1/"):
		err = p.nameInContent(&m)
	case strings.HasPrefix(e.name, "/"):
		m.Name, err = p.longName(e.name[1:])
	default:
		m.Name = strings.TrimSuffix(e.name, "/") // GNU ends a name so that it may hold spaces
	}
	if err != nil {
		return err
	}
	switch m.Name {
	case "__.SYMDEF", "__.SYMDEF SORTED":
		return p.symbolTable(entry{offset: m.Offset, size: m.Size}, decodeBSD32)
	case "__.SYMDEF_64", "__.SYMDEF_64 SORTED":
		return p.symbolTable(entry{offset: m.Offset, size: m.Size}, decodeBSD64)
	}
	p.members = append(p.members, m)
	return nil
}

// nameInContent reads a BSD name: "#1/20" says that the first 20 bytes of the content are the name, padded with NUL.
func (p *parser) nameInContent(m *Member) error {
	length, err := strconv.ParseUint(m.Name[len("#1/"):], 10, 62)
	if err != nil || int64(length) > m.Size {
		return errors.New("its name is longer than its content")
	}
	name, err := p.content(entry{offset: m.Offset, size: int64(length)})
	if err != nil {
		return err
	}
	m.Name = string(bytes.TrimRight(name, "\x00"))
	m.Offset += int64(length)
	m.Size -= int64(length)
	return nil
}

// longName reads a GNU name: "/42" says that the name starts at byte 42 of the name table and ends before "/\n".
func (p *parser) longName(digits string) (string, error) {
	start, err := strconv.ParseUint(digits, 10, 62)
	if err != nil {
		return "", fmt.Errorf("reference to the name table: %w", err)
	}
	if start >= uint64(len(p.names)) {
		return "", fmt.Errorf("its name starts beyond the name table of %d bytes", len(p.names))
	}
	name, _, found := bytes.Cut(p.names[start:], []byte("\n"))
	if !found {
		return "", errors.New("its name does not end inside the name table")
	}
	return strings.TrimSuffix(string(name), "/"), nil
}

func (p *parser) symbolTable(e entry, decode func([]byte) ([]reference, error)) error {
	if p.decode != nil {
		return errors.New("it is a second symbol table")
	}
	table, err := p.content(e)
	p.table, p.decode = table, decode
	return err
}

// content reads an entry that eachEntry found to lie inside the archive, so its size is bounded by the archive's.
func (p *parser) content(e entry) ([]byte, error) {
	data := make([]byte, e.size)
	if _, err := io.ReadFull(io.NewSectionReader(p.r, e.offset, e.size), data); err != nil {
		return nil, fmt.Errorf("reading its content: %w", err)
	}
	return data, nil
}

// symbols resolves the symbol table against the members.
func (p *parser) symbols() ([]Symbol, error) {
	if p.decode == nil {
		return nil, nil
	}
	references, err := p.decode(p.table)
	if err != nil {
		return nil, fmt.Errorf("symbol table: %w", err)
	}
	at := make(map[int64]int, len(p.members))
	for i, m := range p.members {
		at[m.header] = i
	}
	symbols := make([]Symbol, len(references))
	for i, ref := range references {
		member, ok := at[ref.header]
		if !ok {
			return nil, fmt.Errorf("symbol table: %q is said to be at byte %d, where no member starts", ref.name, ref.header)
		}
		symbols[i] = Symbol{Name: ref.name, Member: member}
	}
	return symbols, nil
}
