package patch

import (
	"errors"
	"fmt"
	"io/fs"
	slash "path"
	"regexp"
)

// fileName is the form of a patch's file name; the number gives the order.
var fileName = regexp.MustCompile(`^[0-9]{4}-[a-z0-9][a-z0-9_-]*\.patch$`)

// Overlay is the folder beside a component's patches whose files are added to its tree.
const Overlay = "overlay"

// List returns the names of the patches for one version of a component in their order; none is no error. Whatever else
// lies in that folder, apart from [Overlay], is an error: a patch with a wrong name must not be left out in silence.
func List(patches fs.FS, component, version string) ([]string, error) {
	folder := slash.Join(component, version)
	entries, err := fs.ReadDir(patches, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing patches: %w", err)
	}
	var names []string
	for _, entry := range entries { // sorted by name
		switch name := entry.Name(); {
		case entry.IsDir() && name == Overlay:
		case !entry.IsDir() && fileName.MatchString(name):
			names = append(names, slash.Join(folder, name))
		default:
			return nil, fmt.Errorf("%q is not named NNNN-title.patch", slash.Join("patches", folder, name))
		}
	}
	return names, nil
}
