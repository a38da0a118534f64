// Package glob finds files by a pattern in a folder, whatever characters the folder's own name has.
//
//	paths, err := glob.In(dir, "*.deb")
package glob

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// In returns the paths below dir that match a slash pattern of [path.Match], sorted. A folder that is not there has none.
// In [filepath.Glob] a "[" in dir would be a part of the pattern.
func In(dir, pattern string) ([]string, error) {
	names, err := fs.Glob(os.DirFS(dir), pattern)
	if err != nil {
		return nil, fmt.Errorf("looking for %q in %q: %w", pattern, dir, err)
	}
	for i, name := range names {
		names[i] = filepath.Join(dir, filepath.FromSlash(name))
	}
	return names, nil
}
