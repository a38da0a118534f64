package install

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// ManifestFile is the name of the manifest at the root of the tree.
const ManifestFile = "manifest.json"

// manifestSchema rises when a reader of older manifests would misread a new one.
const manifestSchema = 1

// Manifest says what a tree was made from and what it holds. It has no dates and no paths of the building machine.
type Manifest struct {
	Schema    int           `json:"schema"`    // filled in by Tree
	Version   string        `json:"version"`   // filled in by Tree
	API       int           `json:"api"`       // newest version of the C API
	Platform  string        `json:"platform"`  // filled in by Tree
	Providers []string      `json:"providers"` // filled in by Tree
	Inputs    []Source      `json:"inputs"`
	Patches   []Patch       `json:"patches"` // in the order of their application
	Options   []Option      `json:"options"`
	Tools     []string      `json:"tools"` // one fact a line
	Audit     *audit.Report `json:"audit"`
	Files     []File        `json:"files"` // all but the manifest; filled in by Tree
}

// Source is a fetched file.
type Source struct {
	Name   string        `json:"name"`
	Origin string        `json:"origin"` // where it can be had: its first URL, or its path in a Debian archive
	SHA256 digest.Digest `json:"sha256"`
	Size   int64         `json:"size"`
}

// Patch is a change that was made to a source.
type Patch struct {
	Name   string        `json:"name"` // "eigen/1.21.0/minmax.patch"
	SHA256 digest.Digest `json:"sha256"`
}

// Option is a definition that CMake was given.
type Option struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// File is a file of the tree.
type File struct {
	Path   string        `json:"path"` // slash path below the root
	Size   int64         `json:"size"`
	SHA256 digest.Digest `json:"sha256"`
}

// encode returns the manifest as JSON: the same facts give the same bytes.
func (m Manifest) encode(s spec.Spec, private []string) ([]byte, error) {
	m.Schema, m.Version, m.Platform = manifestSchema, s.Version, s.Platform.String()
	m.Providers = make([]string, len(s.Providers))
	for i, provider := range s.Providers {
		m.Providers[i] = string(provider)
	}
	m.Inputs = slices.SortedFunc(slices.Values(m.Inputs), func(a, b Source) int { return cmp.Compare(a.Name, b.Name) })
	m.Options = slices.SortedFunc(slices.Values(m.Options), func(a, b Option) int { return cmp.Compare(a.Name, b.Name) })
	m.Files = slices.SortedFunc(slices.Values(m.Files), func(a, b File) int { return cmp.Compare(a.Path, b.Path) })

	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // "<", "&" and ">" occur in options and symbols
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		return nil, err
	}
	return text.Bytes(), checkPrivate(text.Bytes(), private)
}

// checkPrivate finds lines that name a folder of this machine: with one, no two machines would give the same tree.
func checkPrivate(text []byte, private []string) error {
	var problems []error
	for line := range bytes.Lines(text) {
		for _, dir := range private {
			if audit.NamesFolder(line, dir) {
				problems = append(problems, fmt.Errorf("%q names a folder of this machine: %s", dir, bytes.TrimSpace(line)))
			}
		}
	}
	return errors.Join(problems...)
}
