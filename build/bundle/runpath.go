package bundle

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Where a carried file looks for others.
const (
	libraryRunPath = "$ORIGIN"
	programRunPath = "$ORIGIN/../lib"
)

// errNoRoom tells that a run path cannot be written over the old one.
var errNoRoom = errors.New("it has no run path that is long enough to be written over")

// setRunPath gives the file at path the run path want. An old RPATH goes: it would count before LD_LIBRARY_PATH and for
// the libraries of others.
func setRunPath(ctx context.Context, r run.Runner, patchelf, path, want string) error {
	o, err := readObject(path)
	if err != nil {
		return err
	}
	if o.hasRunPath(want) {
		return nil
	}
	err = overwriteRunPath(path, want)
	if errors.Is(err, errNoRoom) {
		if patchelf == "" {
			return &fault.Error{
				Op: "set the run path " + want, On: o.name(), Err: err,
				Hint: "install patchelf, or link the file with -Wl,-rpath,'" + want + "'",
			}
		}
		err = r.Run(ctx, patchelfCommand(patchelf, path, want))
	}
	if err != nil {
		return fmt.Errorf("setting the run path of %q: %w", o.name(), err)
	}
	if o, err = readObject(path); err == nil && !o.hasRunPath(want) {
		err = fmt.Errorf("the run path of %q is %q after it was set to %q", o.name(), o.runpath, want)
	}
	return err
}

func (o object) hasRunPath(want string) bool {
	return len(o.rpath) == 0 && slices.Equal(o.runpath, []string{want})
}

// patchelfCommand makes a RUNPATH, and removes an RPATH.
func patchelfCommand(patchelf, path, want string) run.Cmd {
	return run.Cmd{Path: patchelf, Args: []string{"--set-rpath", want, path}}
}

// overwriteRunPath writes the new path over the old one. Nothing moves and the size stays.
func overwriteRunPath(path, want string) (err error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	e, err := elf.NewFile(file)
	if err != nil {
		return err
	}
	entry, err := findRunPath(e)
	if err != nil {
		return err
	}
	if len(entry.text) < len(want) {
		return errNoRoom
	}
	if shared, err := sharesText(e, entry.text); err != nil || shared {
		return errors.Join(err, errNoRoom)
	}
	text := make([]byte, len(entry.text)) // zeros after the new path
	copy(text, want)
	if _, err := file.WriteAt(text, entry.place); err != nil {
		return err
	}
	var tag [8]byte
	e.ByteOrder.PutUint64(tag[:], uint64(elf.DT_RUNPATH)) // it may have been an RPATH
	_, err = file.WriteAt(tag[:], entry.offset)
	return err
}

// pathEntry is the entry of the dynamic section that has the run path.
type pathEntry struct {
	offset int64 // of the entry in the file
	place  int64 // of the text in the file
	text   string
}

// findRunPath returns the only entry for a run path; none, and one of each kind, give errNoRoom.
func findRunPath(e *elf.File) (pathEntry, error) {
	section := e.Section(".dynamic")
	strtab := e.Section(".dynstr")
	if section == nil || strtab == nil || e.Class != elf.ELFCLASS64 {
		return pathEntry{}, errNoRoom
	}
	data, err := section.Data()
	if err != nil {
		return pathEntry{}, err
	}
	names, err := strtab.Data()
	if err != nil {
		return pathEntry{}, err
	}
	var entries []pathEntry
	for at := 0; at+16 <= len(data); at += 16 {
		tag, value := elf.DynTag(e.ByteOrder.Uint64(data[at:])), e.ByteOrder.Uint64(data[at+8:])
		if tag == elf.DT_NULL {
			break
		}
		if tag != elf.DT_RPATH && tag != elf.DT_RUNPATH || value >= uint64(len(names)) {
			continue
		}
		text, _, _ := strings.Cut(string(names[value:]), "\x00")
		entries = append(entries, pathEntry{
			offset: int64(section.Offset) + int64(at), place: int64(strtab.Offset + value), text: text,
		})
	}
	if len(entries) != 1 {
		return pathEntry{}, errNoRoom
	}
	return entries[0], nil
}

// sharesText tells whether a symbol, a library or a version may have its name in the end of the old run path: linkers
// let one text be the end of another.
func sharesText(e *elf.File, old string) (bool, error) {
	names, err := e.DynString(elf.DT_NEEDED)
	if err != nil {
		return false, err
	}
	soname, err := e.DynString(elf.DT_SONAME)
	if err != nil {
		return false, err
	}
	names = append(names, soname...)
	symbols, err := e.DynamicSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return false, err
	}
	for _, symbol := range symbols {
		names = append(names, symbol.Name, symbol.Version)
	}
	return slices.ContainsFunc(names, func(name string) bool { return name != "" && strings.HasSuffix(old, name) }), nil
}
