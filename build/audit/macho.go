package audit

import (
	"bytes"
	"cmp"
	"context"
	"debug/macho"
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// cpus has the platforms whose archives have Mach-O objects.
var cpus = map[spec.Platform]macho.Cpu{
	{OS: "darwin", Arch: "amd64"}: macho.CpuAmd64,
	{OS: "darwin", Arch: "arm64"}: macho.CpuArm64,
}

// machoScanner looks at the Mach-O objects of an archive one by one, and then at all of their symbols.
type machoScanner struct {
	cpu      macho.Cpu
	floor    string // newest macOS that an object may ask for; empty: any
	private  [][]byte
	findings []Finding

	newest  Floor                // what is asked for
	defined map[string]string    // external symbol → the first object that defines it
	strong  map[string]string    // the same for definitions of which a program may have only one
	needed  map[string]Undefined // external symbol → the first object that needs it
}

// scanMachO counts the objects of the archive. The scanner that it returns knows the rest.
func scanMachO(ctx context.Context, in Input, cpu macho.Cpu) (objects int, s *machoScanner, err error) {
	s = newMachoScanner(cpu, in.MacOS, in.Private)
	err = eachObject(ctx, in, func(library string, m archive.Member, content []byte) {
		objects++
		s.object(library, m.Name, content)
	})
	return objects, s, err
}

func newMachoScanner(cpu macho.Cpu, floor string, private []string) *machoScanner {
	return &machoScanner{
		cpu: cpu, floor: floor, private: folders(private), newest: Floor{Name: "macOS"},
		defined: map[string]string{}, strong: map[string]string{}, needed: map[string]Undefined{},
	}
}

func (s *machoScanner) object(library, member string, content []byte) {
	add := func(kind Kind, detail string) {
		s.findings = append(s.findings, Finding{Kind: kind, Library: library, Member: member, Detail: detail})
	}
	addPaths(content, s.private, add)
	reader := bytes.NewReader(content)
	if err := archive.CheckObject(reader); err != nil {
		add(NotObject, err.Error())
		return
	}
	file, err := macho.NewFile(reader)
	switch {
	case err != nil:
		add(NotObject, err.Error())
		return
	case file.Type != macho.TypeObj:
		add(NotObject, fmt.Sprintf("its Mach-O type is %v, not %v", file.Type, macho.TypeObj))
		return
	case file.Cpu != s.cpu:
		add(Foreign, fmt.Sprintf("%v, not %v", file.Cpu, s.cpu))
		return
	}
	for _, section := range file.Sections {
		if section.Seg == "__LLVM" {
			add(Bitcode, "section "+section.Name)
		}
	}
	asked := minimum(file)
	if compareVersions(asked, s.newest.Version) > 0 {
		s.newest.Version, s.newest.Symbol = asked, member
	}
	if s.floor != "" && compareVersions(asked, s.floor) > 0 {
		add(TooNew, fmt.Sprintf("it asks for macOS %s, not %s", asked, s.floor))
	}
	s.symbols(file, library, member, add)
}

// Load commands that tell the oldest system, see <mach-o/loader.h>. debug/macho has no names for them.
const (
	versionMinMacOS = 0x24 // LC_VERSION_MIN_MACOSX: command, size, version, SDK
	buildVersion    = 0x32 // LC_BUILD_VERSION: command, size, platform, version, SDK, tools
)

// minimum returns the oldest macOS that an object is for, "13.3"; empty if it does not say, as objects made of assembly
// may do.
func minimum(file *macho.File) string {
	at := map[uint32]int{versionMinMacOS: 8, buildVersion: 12}
	for _, load := range file.Loads {
		raw := load.Raw()
		if len(raw) < 4 {
			continue
		}
		if start, ok := at[file.ByteOrder.Uint32(raw)]; ok && len(raw) >= start+4 {
			return version(file.ByteOrder, raw[start:])
		}
	}
	return ""
}

// version reads "13.3" of 0x000d0300: sixteen bits, then eight, then eight for a patch, which is left out if it is 0.
func version(order binary.ByteOrder, raw []byte) string {
	packed := order.Uint32(raw)
	text := fmt.Sprintf("%d.%d", packed>>16, packed>>8&0xff)
	if patch := packed & 0xff; patch != 0 {
		text += fmt.Sprintf(".%d", patch)
	}
	return text
}

// Bits of a symbol, see <mach-o/nlist.h>.
const (
	stabBits  = 0xe0 // for debuggers
	typeBits  = 0x0e // where it is; 0: undefined
	external  = 0x01
	weakNeed  = 0x40 // of the description: it may be missing
	weakDef   = 0x80 // of the description: one of many, as inline functions are
	undefined = 0
)

// symbols collects what the object defines and needs.
func (s *machoScanner) symbols(file *macho.File, library, member string, add func(Kind, string)) {
	if file.Symtab == nil {
		return
	}
	object := member + " of " + library
	for _, symbol := range file.Symtab.Syms {
		if symbol.Type&stabBits != 0 || symbol.Type&external == 0 {
			continue
		}
		name := symbol.Name
		if symbol.Type&typeBits == undefined && symbol.Value == 0 { // with a value: a common variable
			if _, seen := s.needed[name]; !seen && symbol.Desc&weakNeed == 0 {
				s.needed[name] = Undefined{Symbol: name, Library: library, Member: member}
			}
			continue
		}
		s.defined[name] = cmp.Or(s.defined[name], object)
		if symbol.Type&typeBits == undefined || symbol.Desc&weakDef != 0 {
			continue
		}
		if first, ok := s.strong[name]; ok {
			add(Duplicate, name+", as "+first+" does")
			continue
		}
		s.strong[name] = object
	}
}

// Which symbols macOS has is written in Apple's SDK alone. Without one this can be said: its only library for C++ is
// that of the language, so that any other name in C++ must be one of the archive's, and so must C names of our components.
var (
	cxxName    = regexp.MustCompile(`^__Z`)
	cxxRuntime = regexp.MustCompile(`^__Z(N[VKRO]*(St|Sa|Ss|Sb|10__cxxabiv1)|S[ta-z]|` + // of std, of the runtime
		`T(v0_n\d+_|h[n0-9]+_)N?K?S|T[VISTCWH]N?K?(S[ta-z]|N?10__cxxabiv1|[a-zP])|` + // thunks, tables, types
		`(n[wa]|d[la])[mPR]|GV?N?S)`) // new and delete, guards
	ownCName = regexp.MustCompile(`^_(Ort[A-Z]|Mlas|cpuinfo_|onnx|onnxruntime)`)
)

// split returns the symbols that are needed and that nothing in the archive defines: those that it should, and how many
// it leaves to the system.
func (s *machoScanner) split() (missing []Undefined, system int) {
	for _, name := range slices.Sorted(maps.Keys(s.needed)) {
		if _, ok := s.defined[name]; ok {
			continue
		}
		if cxxName.MatchString(name) && !cxxRuntime.MatchString(name) || ownCName.MatchString(name) {
			missing = append(missing, s.needed[name])
			continue
		}
		system++
	}
	return missing, system
}

// plain is a symbol as C has it: Mach-O puts a line in front of each.
func plain(symbol string) string { return strings.TrimPrefix(symbol, "_") }
