package spec

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Platform is what a build runs on: an operating system and an architecture, in the words of GOOS and GOARCH, and a C
// library where it matters which.
type Platform struct {
	OS, Arch string
	// Libc is empty for the C library that compilers take by themselves. [Musl] is for programs that are linked
	// statically as a whole, and "glibc2.17" for ones that run on that glibc and on every newer one.
	Libc string
}

// Musl is the C library musl.
const Musl = "musl"

// Host returns the platform that this program runs on.
func Host() Platform { return Platform{OS: runtime.GOOS, Arch: runtime.GOARCH} }

// String returns "linux/amd64", or "linux/amd64/musl".
func (p Platform) String() string { return strings.Join(p.parts(), "/") }

// Name returns the same as a word for files and folders: "linux-amd64-musl".
func (p Platform) Name() string { return strings.Join(p.parts(), "-") }

func (p Platform) parts() []string {
	parts := []string{p.OS, p.Arch}
	if p.Libc != "" {
		parts = append(parts, p.Libc)
	}
	return parts
}

// Glibc returns the version of glibc that is asked for, "2.17"; empty if none is.
func (p Platform) Glibc() string {
	version, _ := strings.CutPrefix(p.Libc, "glibc")
	if p.Libc == Musl {
		return ""
	}
	return version
}

var libcs = regexp.MustCompile(`^(musl|glibc2\.[1-9][0-9])$`)

// ParsePlatform reads what [Platform.String] writes. Which platforms can be built for is another question.
func ParsePlatform(text string) (Platform, error) {
	parts := strings.Split(text, "/")
	if len(parts) < 2 || len(parts) > 3 || slices.Contains(parts, "") {
		return Platform{}, fmt.Errorf("%q is not a platform: linux/arm64, linux/amd64/musl and linux/amd64/glibc2.17 are", text)
	}
	p := Platform{OS: parts[0], Arch: parts[1]}
	if len(parts) == 3 {
		p.Libc = parts[2]
		if !libcs.MatchString(p.Libc) {
			return Platform{}, fmt.Errorf("%q is no C library: musl and glibc2.17 are", p.Libc)
		}
		if p.OS != "linux" {
			return Platform{}, errors.New("only linux has C libraries to choose from")
		}
	}
	return p, nil
}
