package cuda

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// CUDNN is a cuDNN of which all parts are there and have one version.
type CUDNN struct {
	Home    string // absolute: what onnxruntime_CUDNN_HOME takes
	Include string // folder of cudnn.h
	Lib     string // folder of libcudnn.so.9
	Version string // "9.13.0"; empty: there is none, as in a minimal build
}

// String returns "cuDNN 9.13.0 (/usr)".
func (d CUDNN) String() string { return fmt.Sprintf("cuDNN %s (%s)", d.Version, d.Home) }

// cudnnMajor is the major version that is supported.
const cudnnMajor = "9"

// CUDNNLibraries are the shared libraries of cuDNN 9. The first opens the others at run time, by these names: they
// must be of one version, and ldd does not show them.
var CUDNNLibraries = []string{
	"libcudnn.so.9", "libcudnn_adv.so.9", "libcudnn_cnn.so.9", "libcudnn_engines_precompiled.so.9",
	"libcudnn_engines_runtime_compiled.so.9", "libcudnn_graph.so.9", "libcudnn_heuristic.so.9", "libcudnn_ops.so.9",
}

// errNoCUDNN tells that a folder has no cuDNN at all.
var errNoCUDNN = errors.New("it has no cudnn_version.h")

// openCUDNN looks at a folder. The error says what is wrong with it.
func (f *Finder) openCUDNN(home string) (CUDNN, error) {
	include, lib := f.layouts()
	include = append(include, strings.Replace(lib[3], "lib/", "include/", 1)) // Debian: include/x86_64-linux-gnu
	d := CUDNN{Home: home}
	if d.Include = firstWith(home, include, "cudnn_version.h"); d.Include == "" {
		return CUDNN{}, errNoCUDNN
	}
	text, err := os.ReadFile(filepath.Join(d.Include, "cudnn_version.h"))
	if err != nil {
		return CUDNN{}, err
	}
	if d.Version, err = parseCUDNN(string(text)); err != nil {
		return CUDNN{}, err
	}
	if major, _, _ := strings.Cut(d.Version, "."); major != cudnnMajor {
		return CUDNN{}, fmt.Errorf("it is cuDNN %s, and only cuDNN %s is supported", d.Version, cudnnMajor)
	}
	if d.Lib = firstWith(home, lib, CUDNNLibraries[0]); d.Lib == "" {
		return CUDNN{}, fmt.Errorf("it has the headers of cuDNN %s, but no %s", d.Version, CUDNNLibraries[0])
	}
	for _, name := range CUDNNLibraries {
		if err := checkLibrary(filepath.Join(d.Lib, name), name, d.Version); err != nil {
			return CUDNN{}, err
		}
	}
	return d, nil
}

var cudnnPattern = regexp.MustCompile(`(?m)^#define CUDNN_(MAJOR|MINOR|PATCHLEVEL) +(\d+)`)

// parseCUDNN returns the version in cudnn_version.h.
func parseCUDNN(header string) (string, error) {
	found := map[string]string{}
	for _, m := range cudnnPattern.FindAllStringSubmatch(header, -1) {
		found[m[1]] = m[2]
	}
	if len(found) != 3 {
		return "", errors.New("its cudnn_version.h does not tell a version")
	}
	return found["MAJOR"] + "." + found["MINOR"] + "." + found["PATCHLEVEL"], nil
}

// fullName matches the name of a library file with its whole version: "libcudnn_ops.so.9.13.0".
var fullName = regexp.MustCompile(`\.so\.(\d+\.\d+\.\d+)$`)

// checkLibrary refuses a library that is missing, that calls itself otherwise, or that is of another version than the
// headers. The version stands in the file's whole name, in that of some in a constant too. A library that has neither
// (those of the wheels but adv, graph and ops) cannot be told.
func checkLibrary(path, name, want string) error {
	file, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("a part of cuDNN %s is missing: %s", want, name)
	}
	lib, err := elf.Open(file)
	if err != nil {
		return fmt.Errorf("%s is no shared library: %w", name, err)
	}
	defer lib.Close()
	if sonames, err := lib.DynString(elf.DT_SONAME); err != nil || len(sonames) != 1 || sonames[0] != name {
		return fmt.Errorf("%s calls itself %q", name, strings.Join(sonames, " "))
	}
	versions := []string{StatedVersion(lib)}
	if m := fullName.FindStringSubmatch(filepath.Base(file)); m != nil {
		versions = append(versions, m[1])
	}
	for _, got := range versions {
		if got != "" && got != want {
			return fmt.Errorf("parts of two versions of cuDNN: the headers are %s, %s is %s", want, name, got)
		}
	}
	return nil
}

// StatedVersion returns the version in the constant that some parts of cuDNN compare when they meet
// (cudnn_graph_version, cudnn_ops_infer_version): "9.13.0" for 0x90d00. It returns the empty text for the others.
func StatedVersion(lib *elf.File) string {
	symbols, err := lib.DynamicSymbols()
	if err != nil {
		return ""
	}
	for _, s := range symbols {
		known := strings.HasPrefix(s.Name, "cudnn_") && strings.HasSuffix(s.Name, "_version") && s.Size == 4
		if !known || s.Section == elf.SHN_UNDEF || int(s.Section) >= len(lib.Sections) {
			continue
		}
		section := lib.Sections[s.Section]
		value := make([]byte, 4)
		if section.Type == elf.SHT_NOBITS || s.Value < section.Addr {
			continue
		}
		if _, err := section.ReadAt(value, int64(s.Value-section.Addr)); err != nil { //nolint:gosec // nothing lies before 0
			continue
		}
		n := binary.LittleEndian.Uint32(value)
		return fmt.Sprintf("%d.%d.%d", n>>16, n>>8&0xff, n&0xff)
	}
	return ""
}
