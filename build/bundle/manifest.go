package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// Names of files at the top of a bundle.
const (
	ManifestFile = "manifest.json"
	NoticeFile   = "NOTICE"
)

// manifestSchema rises when a reader of older manifests would misread a new one.
const manifestSchema = 1

// ErrNoBundle tells that a folder is no bundle.
var ErrNoBundle = errors.New("no bundle: it has no " + ManifestFile)

// Manifest says what a bundle holds. It has no dates and no paths of the building machine.
type Manifest struct {
	Schema  int      `json:"schema"`
	Machine string   `json:"machine"`           // as debug/elf names it: "EM_X86_64"
	Program string   `json:"program,omitempty"` // slash path; empty for libraries only
	CUDNN   string   `json:"cudnn,omitempty"`   // version of all its parts
	Target  Target   `json:"target"`
	Opened  []Opened `json:"opened"` // what is opened while the program runs
	Notes   []string `json:"notes"`  // what a person should know
	Files   []File   `json:"files"`  // all but the manifest, sorted by path
}

// Target is what must be on the machine that runs the bundle.
type Target struct {
	GLIBC  string   `json:"glibc"`  // the oldest version that will do, "2.34"
	System []string `json:"system"` // libraries that are not carried: parts of the C library
	Driver []string `json:"driver"` // libraries of the driver, where one is needed
}

// File is a file of a bundle.
type File struct {
	Path    string        `json:"path"` // slash path below the bundle
	Size    int64         `json:"size"`
	SHA256  digest.Digest `json:"sha256"`
	Soname  string        `json:"soname,omitempty"`
	Version string        `json:"version,omitempty"`
	From    string        `json:"from,omitempty"`    // "program", "tree", "toolkit", "cudnn", "extra", "compiler"
	Licence string        `json:"licence,omitempty"` // folder in LICENSES

	// Original is the digest that the file had where it was taken from; zero if it is the same. Only run paths change.
	Original digest.Digest `json:"original,omitzero"`
}

// Size returns how many bytes all files have.
func (m Manifest) Size() int64 {
	var sum int64
	for _, file := range m.Files {
		sum += file.Size
	}
	return sum
}

func (m Manifest) write(dir string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return writeText(filepath.Join(dir, ManifestFile), text.String())
}

// ReadManifest reads the manifest of the bundle in dir.
func ReadManifest(dir string) (Manifest, error) {
	text, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, fmt.Errorf("%q: %w", dir, ErrNoBundle)
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("reading a manifest: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("reading the manifest of %q: %w", dir, err)
	}
	if m.Schema != manifestSchema {
		return Manifest{}, fmt.Errorf("reading the manifest of %q: its schema is %d, known is %d",
			dir, m.Schema, manifestSchema)
	}
	return m, nil
}
