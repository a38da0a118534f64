package toolchain

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Host is what matters of the machine.
type Host struct {
	Platform spec.Platform
	Family   string // of its packages: "debian", "fedora", "alpine", "arch", "suse", "brew"; empty if unknown
	Debian   bool   // Debian itself, whose packages are fit for this machine
	Release  string // code name of the distribution's release, "bookworm"; empty if it has none
	Disk     int64  // free bytes where the build will write; -1: unknown
	Memory   int64  // bytes; -1: unknown
}

// ThisHost describes the machine that this program runs on. dir, which need not exist yet, says whose disk counts.
func ThisHost(dir string) Host {
	h := Host{Platform: spec.Host(), Disk: freeDisk(dir), Memory: memory()}
	if h.Platform.OS == "darwin" {
		h.Family = "brew"
		return h
	}
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		text, _ = os.ReadFile("/usr/lib/os-release") // os-release(5): the second place; neither: an unknown family
	}
	h.Family, h.Release, h.Debian = parseOSRelease(string(text))
	return h
}

// host returns f.Host, or this machine if that is not set.
func (f *Finder) host() Host {
	if f.Host == (Host{}) {
		return ThisHost(f.Dir)
	}
	return f.Host
}

// parseOSRelease returns the family and the code name of an os-release(5) file, and whether it is Debian's own.
func parseOSRelease(text string) (family, release string, debian bool) {
	fields := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		name, value, ok := strings.Cut(strings.TrimSpace(lines.Text()), "=")
		if ok {
			fields[name] = strings.Trim(value, `"'`)
		}
	}
	release, debian = fields["VERSION_CODENAME"], fields["ID"] == "debian"
	for id := range strings.FieldsSeq(fields["ID"] + " " + fields["ID_LIKE"]) {
		switch id {
		case "debian", "ubuntu":
			return "debian", release, debian
		case "fedora", "rhel", "centos":
			return "fedora", release, debian
		case "alpine", "arch", "suse":
			return id, release, debian
		}
	}
	return "", release, debian
}

// freeDisk returns the bytes that a user may still write below dir, or below the nearest folder above it that exists.
func freeDisk(dir string) int64 {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return -1
	}
	for {
		var s unix.Statfs_t
		if unix.Statfs(dir, &s) == nil {
			return int64(s.Bavail) * int64(s.Bsize)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return -1
		}
		dir = parent
	}
}
