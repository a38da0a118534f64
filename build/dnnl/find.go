package dnnl

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

var (
	definePattern = regexp.MustCompile(`(?m)^#define\s+DNNL_VERSION_(MAJOR|MINOR|PATCH)\s+(\d+)\s*$`)
	hashPattern   = regexp.MustCompile(`(?m)^#define\s+DNNL_VERSION_HASH\s+"([0-9a-f]{40})"`)
)

var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64, "riscv64": elf.EM_RISCV}

// Find checks a home that somebody named, by ORT_DNNL_HOME: the headers of oneDNN 3, and the library that they belong to.
func Find(platform spec.Platform, dir string) (Home, error) {
	h, err := find(platform, dir)
	if err != nil {
		return Home{}, &fault.Error{
			Op: "use oneDNN", On: dir, Err: err,
			Hint: "set ORT_DNNL_HOME to a folder with include/oneapi/dnnl and lib/" + Soname + " of one oneDNN, 3.0 or newer; " +
				"or unset it (linux/amd64 is provided with one)",
		}
	}
	return h, nil
}

func find(platform spec.Platform, dir string) (Home, error) {
	if platform.OS != "linux" {
		return Home{}, fmt.Errorf("%w: the provider is built for Linux only", ErrPlatform)
	}
	h := Home{Dir: dir, Library: filepath.Join(dir, "lib", Soname)}
	version, hash, err := readHeaders(filepath.Join(dir, "include", "oneapi", "dnnl"))
	if err != nil {
		return Home{}, err
	}
	if h.Version = version; !strings.HasPrefix(version, "3.") {
		return Home{}, fmt.Errorf("its headers are of oneDNN %s, and ONNX Runtime needs 3.0 or newer, below 4", version)
	}
	if header := filepath.Join(dir, "include", "dnnl.hpp"); !isFile(header) {
		return Home{}, fmt.Errorf("its headers are not whole: there is no %s", header)
	}
	data, err := os.ReadFile(h.Library)
	if err != nil {
		return Home{}, fmt.Errorf("it has headers and no library: %w", err)
	}
	if err := checkLibrary(data, platform); err != nil {
		return Home{}, fmt.Errorf("%s: %w", h.Library, err)
	}
	// The library prints the commit that it was made from: the only trace of its version that needs no program to run.
	if hash != "" && !bytes.Contains(data, []byte(hash)) {
		return Home{}, fmt.Errorf("its headers are of oneDNN %s (commit %.12s), and its library is of another", version, hash)
	}
	h.SHA256 = digest.OfBytes(data)
	for _, name := range []string{"LICENSE", "THIRD-PARTY-PROGRAMS"} {
		if path := filepath.Join(dir, notices, name); isFile(path) {
			h.Notices = append(h.Notices, path)
		}
	}
	return h, nil
}

// readHeaders returns what the headers say of themselves. The commit may be missing.
func readHeaders(dir string) (version, hash string, err error) {
	text, err := os.ReadFile(filepath.Join(dir, "dnnl_version.h"))
	if err != nil {
		return "", "", fmt.Errorf("it has no headers: %w", err)
	}
	numbers := map[string]string{}
	for _, m := range definePattern.FindAllSubmatch(text, -1) {
		numbers[string(m[1])] = string(m[2])
	}
	if len(numbers) != 3 {
		return "", "", errors.New("dnnl_version.h gives no version")
	}
	newer, _ := os.ReadFile(filepath.Join(dir, "dnnl_version_hash.h")) // since oneDNN 3.6 the commit stands here
	if m := hashPattern.FindSubmatch(append(text, newer...)); m != nil {
		hash = string(m[1])
	}
	return numbers["MAJOR"] + "." + numbers["MINOR"] + "." + numbers["PATCH"], hash, nil
}

// checkLibrary refuses what is no shared library of oneDNN 3 for the platform.
func checkLibrary(data []byte, platform spec.Platform) error {
	file, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("not a shared library: %w", err)
	}
	if want := machines[platform.Arch]; file.Machine != want {
		return fmt.Errorf("it is for %v, not for %s", file.Machine, platform)
	}
	names, err := file.DynString(elf.DT_SONAME)
	if err != nil || !slices.Contains(names, Soname) {
		return fmt.Errorf("its SONAME is %v, not %s", names, Soname)
	}
	return nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
