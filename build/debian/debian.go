// Package debian reaches a Debian archive through this machine's own apt: its mirrors, its proxy, its keys. Nothing of
// the system is changed, and no host is named here.
//
//	archive, err := debian.Discover(ctx, runner)
//	urls := archive.URLs("pool/main/r/re2/re2_20240702.orig.tar.gz")
//	packages, err := archive.Install(ctx, runner, debian.Request{Packages: []string{"ninja-build"}}, dir)
package debian

import (
	"errors"
	"slices"
	"strings"
)

// ErrNoApt tells that this machine has no apt with a Debian mirror.
var ErrNoApt = errors.New("this machine has no apt with a Debian mirror")

// Archive is the Debian archive as this machine reaches it.
type Archive struct {
	Mirrors  []string // base URLs by http or https, without a slash at the end; all serve pool/ of the main archive
	Arch     string   // "amd64"
	Codename string   // "bookworm"
	Proxy    string   // URL of the proxy that apt uses for http; empty: none of its own
	Sources  []Source // what Install takes packages from: the machine's own suites of Debian itself
}

// Source is one suite that apt is configured for.
type Source struct {
	URI   string // base, in apt's own form: also "mirror+file:/etc/apt/mirrors/debian.list"
	Suite string // "bookworm-updates"
}

// URLs returns where a file of the archive may be had, in the order to try.
func (a Archive) URLs(poolPath string) []string {
	urls := make([]string, len(a.Mirrors))
	for i, mirror := range a.Mirrors {
		urls[i] = mirror + "/" + poolPath
	}
	return urls
}

// triplet returns the name of the folders below lib/ that hold this architecture's libraries.
func (a Archive) triplet() string {
	triplets := map[string]string{
		"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "armhf": "arm-linux-gnueabihf",
		"i386": "i386-linux-gnu", "ppc64el": "powerpc64le-linux-gnu",
	}
	if t, ok := triplets[a.Arch]; ok {
		return t
	}
	return a.Arch + "-linux-gnu" // riscv64, s390x, loong64
}

// add puts one configured suite of the component main in its place: Debian's own suites first, and nothing twice.
func (a *Archive) add(s Source, httpBases []string) {
	own := slices.Contains([]string{a.Codename, a.Codename + "-updates", a.Codename + "-security"}, s.Suite)
	if own && !slices.Contains(a.Sources, s) {
		a.Sources = append(a.Sources, s)
	}
	if strings.HasSuffix(s.Suite, "-security") {
		return // a security mirror has only what was mended
	}
	for _, base := range httpBases {
		base = strings.TrimRight(base, "/")
		if !slices.Contains(a.Mirrors, base) {
			a.Mirrors = append(a.Mirrors, base)
		}
	}
}
