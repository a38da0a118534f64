package matrix

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pelletier/go-toml/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// File is where the rows and steps stand, below the repository.
const File = "ci/matrix.toml"

// Matrix is the content of [File].
type Matrix struct {
	Steps []Step `toml:"step"` // in the order in which they run
	Rows  []Row  `toml:"row"`
}

// Step is one command of this repository.
type Step struct {
	Name    string `toml:"name"`
	Command string `toml:"command"` // words with a space between them; no shell reads them
}

// Row is one system to build and test on.
type Row struct {
	Name     string `toml:"name"`
	System   string `toml:"system"`   // distribution and version, for people
	Glibc    string `toml:"glibc"`    // "2.36", or "none" where the C library is another one
	Compiler string `toml:"compiler"` // for people

	Base  string `toml:"base"`  // image of a registry
	Local string `toml:"local"` // image that is taken instead if it is there; ci/bases makes those of Debian; may be empty
	File  string `toml:"file"`  // Containerfile, below the repository
	Stage string `toml:"stage"` // stage of the file to stop at; empty: the last one

	Target      string            `toml:"target"`      // ORT_TARGET; empty: the machine's own platform
	Providers   []string          `toml:"providers"`   // ORT_PROVIDERS
	Release     string            `toml:"release"`     // ORT_VERSION
	Environment map[string]string `toml:"environment"` // more variables for the steps

	Steps  []string `toml:"steps"`  // names of steps
	Hosted bool     `toml:"hosted"` // hosted continuous integration runs it too
	Memory int      `toml:"memory"` // gigabytes that it may need: so many jobs are given to its compilers
	Proven string   `toml:"proven"` // where it was run, or "never run"
}

// Load reads the file of a repository.
func Load(root string) (Matrix, error) {
	path := filepath.Join(root, filepath.FromSlash(File))
	text, err := os.ReadFile(path)
	if err != nil {
		return Matrix{}, &fault.Error{
			Op: "read the matrix", On: path, Err: err, Hint: "run it in the folder of this repository",
		}
	}
	m, err := Parse(text)
	if err != nil {
		return Matrix{}, &fault.Error{Op: "read the matrix", On: path, Err: err, Hint: "correct the file"}
	}
	return m, nil
}

// Parse reads a matrix and refuses one that cannot be run.
func Parse(text []byte) (Matrix, error) {
	var m Matrix
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&m); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			return Matrix{}, fmt.Errorf("%w:\n%s", err, strict.String())
		}
		return Matrix{}, err
	}
	if err := m.validate(); err != nil {
		return Matrix{}, err
	}
	return m, nil
}
