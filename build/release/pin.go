package release

import (
	"path"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// Pin is one file that is the same for ever, and where it may be had.
type Pin struct {
	Name   string        `toml:"name"`   // "onnxruntime", or the name in deps.txt: "eigen"
	SHA256 digest.Digest `toml:"sha256"` // zero only where SHA1 pins the file
	SHA1   string        `toml:"sha1"`   // 40 lower-case hexadecimal digits, as in deps.txt; empty otherwise
	Size   int64         `toml:"size"`   // bytes; 0: not pinned
	URLs   []string      `toml:"urls"`   // https, tried in this order
	Debian string        `toml:"debian"` // path below a Debian mirror, "pool/main/…"; empty: not there
	// PyPI is a project and its version in the index of Python packages, "nvidia-cutlass==3.5.1.0"; empty: not there.
	PyPI  string `toml:"pypi"`
	Wheel string `toml:"file"` // name of the wheel there, with PyPI only: "nvidia_cutlass-3.5.1.0-py3-none-any.whl"
}

// File returns the name under which a mirror serves the pinned file: the last element of the Debian path, the wheel, or
// the last element of the first URL. A URL often ends in the version alone ("v1.18.0.zip"): then the name of the pin is
// put in front.
func (p Pin) File() string {
	switch {
	case p.Debian != "":
		return path.Base(p.Debian)
	case p.Wheel != "":
		return p.Wheel
	case len(p.URLs) == 0:
		return p.Name
	}
	base := path.Base(p.URLs[0])
	if strings.HasPrefix(base, p.Name) {
		return base
	}
	return p.Name + "-" + base
}

// String returns the name with the file: "onnx (onnx-v1.18.0.zip)".
func (p Pin) String() string { return p.Name + " (" + p.File() + ")" }

// Dependency is a library that is built with ONNX Runtime, or whose headers are used.
type Dependency struct {
	Pin

	// Subtree is the folder inside the archive that is the library's tree ("usr/include" of a Debian package). Empty:
	// the whole archive, without its single top folder if it has one.
	Subtree string `toml:"subtree"`
	// Keep lists what is kept of the tree, as patterns of [path.Match]; a folder that matches is kept whole. Empty: all.
	Keep []string `toml:"keep"`
	// Into is the folder that receives what is kept. Empty: the root of the library's tree.
	Into string `toml:"into"`
}
