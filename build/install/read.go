package install

import (
	"encoding/json"
	"fmt"
	"os"
)

// ReadManifest reads the manifest of an install tree from the file at path. One of a newer schema is refused.
func ReadManifest(path string) (Manifest, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Manifest{}, fmt.Errorf("reading a manifest: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("reading the manifest %q: %w", path, err)
	}
	if m.Schema > manifestSchema {
		return Manifest{}, fmt.Errorf("reading the manifest %q: its schema is %d, known are those up to %d",
			path, m.Schema, manifestSchema)
	}
	return m, nil
}
