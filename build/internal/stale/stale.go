// Package stale removes what killed processes have left.
package stale

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// age is how old a temporary file must be: no command runs so long that it could still be in use.
const age = 24 * time.Hour

// Remove removes what has lain in dir for more than a day and has a name that begins with prefix. What cannot be removed
// stays, without an error: it only takes up room.
func Remove(dir, prefix string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && strings.HasPrefix(entry.Name(), prefix) && time.Since(info.ModTime()) > age {
			_ = os.RemoveAll(filepath.Join(dir, entry.Name()))
		}
	}
}
