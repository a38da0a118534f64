package bundle

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// object is what matters of an ELF file.
type object struct {
	path    string
	machine elf.Machine
	class   elf.Class
	dynamic bool
	soname  string // empty for a program
	needed  []string
	rpath   []string // DT_RPATH, each as it stands in the file
	runpath []string // DT_RUNPATH
	named   []string // libraries whose names are in its data, sorted
	glibc   string   // newest version of glibc that it asks for, "2.34"
}

// readObject reads the ELF file at path. It opens nothing else.
func readObject(path string) (object, error) {
	file, err := elf.Open(path)
	if err != nil {
		return object{}, fmt.Errorf("reading %q: %w", path, err)
	}
	defer file.Close()
	o := object{path: path, machine: file.Machine, class: file.Class, dynamic: file.Section(".dynamic") != nil}
	if !o.dynamic {
		return o, nil
	}
	var sonames []string
	for tag, list := range map[elf.DynTag]*[]string{
		elf.DT_SONAME: &sonames, elf.DT_NEEDED: &o.needed, elf.DT_RPATH: &o.rpath, elf.DT_RUNPATH: &o.runpath,
	} {
		if *list, err = file.DynString(tag); err != nil {
			return object{}, fmt.Errorf("reading %q: %w", path, err)
		}
	}
	if len(sonames) > 0 {
		o.soname = sonames[0]
	}
	if o.glibc, err = glibcFloor(file); err != nil {
		return object{}, fmt.Errorf("reading %q: %w", path, err)
	}
	if o.named, err = namedLibraries(file); err != nil {
		return object{}, fmt.Errorf("reading the data of %q: %w", path, err)
	}
	return o, nil
}

// name is the name under which the loader knows the file.
func (o object) name() string {
	if o.soname != "" {
		return o.soname
	}
	return filepath.Base(o.path)
}

// glibcFloor takes every version that the file declares: the loader refuses a file for a declared one that no used
// symbol has.
func glibcFloor(file *elf.File) (string, error) {
	if file.SectionByType(elf.SHT_GNU_VERNEED) == nil {
		return "", nil
	}
	needs, err := file.DynamicVersionNeeds()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return "", err
	}
	floor := ""
	for _, need := range needs {
		for _, dep := range need.Needs {
			version, ok := strings.CutPrefix(dep.Dep, "GLIBC_")
			if ok && compareVersions(version, floor) > 0 {
				floor = version
			}
		}
	}
	return floor, nil
}

// compareVersions compares "2.4" and "2.34" number by number. What is no number ("PRIVATE") counts as 0.
func compareVersions(a, b string) int {
	numbers := func(version string) []int {
		var list []int
		for part := range strings.SplitSeq(version, ".") {
			n, _ := strconv.Atoi(part)
			list = append(list, n)
		}
		return list
	}
	return slices.Compare(numbers(a), numbers(b))
}

// namedLibraries returns the names of libraries in the data of a file: what it may open while it runs. Names in its
// dynamic strings are not among them (what it needs is known), nor those in device code.
func namedLibraries(file *elf.File) ([]string, error) {
	found := map[string]bool{}
	buffer := make([]byte, 0, chunk)
	for _, section := range file.Sections {
		if section.Type != elf.SHT_PROGBITS || section.Flags&elf.SHF_ALLOC == 0 || section.Flags&elf.SHF_EXECINSTR != 0 ||
			deviceCode[section.Name] || strings.HasPrefix(section.Name, ".eh_frame") {
			continue // all other names count: cuFFT has its own in .lrodata
		}
		if err := scanNames(section.Open(), buffer, found); err != nil {
			return nil, err
		}
	}
	return slices.Sorted(mapKeys(found)), nil
}

// deviceCode has the sections with code for GPUs: hundreds of megabytes without a name of a library.
var deviceCode = map[string]bool{".nv_fatbin": true, "__nv_relfatbin": true}

// longestName bounds the name of a library; two chunks overlap by it.
const longestName = 256

// chunk is how much of a section is looked at in one go.
const chunk = 4 << 20

// scanNames adds every "lib….so…" that it reads. Sections may have hundreds of megabytes, so it reads them in chunks, into
// an empty buffer with room for one. A file may also have thousands of sections, which share the buffer.
func scanNames(r io.Reader, buffer []byte, found map[string]bool) error {
	for {
		n, err := io.ReadFull(r, buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		end := len(buffer)
		if !last {
			end -= longestName // a name that begins there may go on: the next round has it whole
		}
		for at := 0; at < len(buffer); at++ {
			next := bytes.Index(buffer[at:], []byte(".so"))
			if next < 0 {
				break
			}
			at += next
			if name := nameAround(buffer, at); name != "" && at < end {
				found[name] = true
			}
		}
		if last {
			return nil
		}
		keep := buffer[len(buffer)-2*longestName:]
		buffer = append(buffer[:0], keep...)
	}
}

// nameAround returns the name of a library whose ".so" is at text[at:], or the empty text.
func nameAround(text []byte, at int) string {
	begin, end := at, at+len(".so")
	for begin > 0 && at-begin < longestName/2 && isNameByte(text[begin-1]) {
		begin--
	}
	for end < len(text) && end-at < longestName/2 && (isNameByte(text[end]) || text[end] == '%') {
		end++
	}
	name := strings.TrimRight(string(text[begin:end]), ".") // the end of a sentence
	if !strings.HasPrefix(name, "lib") || name[at-begin+3:] != "" && name[at-begin+3] != '.' {
		return ""
	}
	return name
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-+.", c) >= 0
}
