package toolchain

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// stampFile is written last into the folder of a provided tool. A folder without it is not looked at.
const stampFile = "stamp.json"

// stamp says what a folder holds and what it was made of.
type stamp struct {
	Origin   string
	Archive  digest.Digest `json:",omitzero"`  // of the archive that was unpacked; zero for Debian
	Packages []string      `json:",omitempty"` // Debian packages with their digests
	Tools    []stamped
}

// stamped is one program in the folder.
type stamped struct {
	Name    string
	Version string
	Program string // slash path below the folder
	SHA256  digest.Digest
}

// seal writes the stamp of a folder.
func seal(dir string, s stamp) error {
	for i, tool := range s.Tools {
		sum, _, err := digest.OfFile(filepath.Join(dir, filepath.FromSlash(tool.Program)))
		if err != nil {
			return err
		}
		s.Tools[i].SHA256 = sum
	}
	text, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return fmt.Errorf("writing a stamp: %w", err)
	}
	return renameio.WriteFile(filepath.Join(dir, stampFile), text, 0o644)
}

// provided returns the tools that were provided before and are as they were then, by name. The pinned ones stand in the
// order of the table; one that the table no longer has is left out, and so is one whose program has changed.
func (f *Finder) provided(files *cache) (map[string][]Tool, error) {
	rows, err := f.ways()
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(escapeGlob(f.Dir), "*", stampFile))
	if err != nil {
		return nil, fmt.Errorf("looking for provided tools in %q: %w", f.Dir, err)
	}
	byRow := make([][]Tool, len(rows))
	for _, path := range paths {
		dir := filepath.Dir(path)
		if strings.HasPrefix(filepath.Base(dir), temporary) {
			continue
		}
		s := readStamp(path)
		for _, t := range s.Tools {
			row := slices.IndexFunc(rows, func(w way) bool {
				return w.Name == t.Name && w.Origin == s.Origin && w.SHA256 == s.Archive && w.Program == t.Program
			})
			program := filepath.Join(dir, filepath.FromSlash(t.Program))
			if sum, err := files.digest(program); row < 0 || err != nil || sum != t.SHA256 {
				continue
			}
			byRow[row] = append(byRow[row], Tool{Path: program, Origin: s.Origin})
		}
	}
	tools := map[string][]Tool{}
	for i, row := range rows {
		tools[row.Name] = append(tools[row.Name], byRow[i]...)
	}
	return tools, nil
}

// readStamp reads a stamp. One that cannot be read is empty: its tools are provided anew.
func readStamp(path string) stamp {
	var s stamp
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &s) != nil {
		return stamp{}
	}
	return s
}

// escapeGlob makes a path stand for itself in a pattern.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
