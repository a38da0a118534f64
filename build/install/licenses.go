package install

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// licenses lists the licence texts of all components. A component without one is an error: its licence would be broken
// by everyone who passes the archive on.
func licenses(dir string, files map[string][]string, components []string) ([]item, error) {
	var problems []error
	for _, component := range slices.Sorted(slices.Values(components)) {
		if len(files[component]) == 0 {
			problems = append(problems, fmt.Errorf("component %q is in the archive and has no licence file", component))
		}
	}
	var items []item
	for _, component := range slices.Sorted(maps.Keys(files)) {
		for _, name := range slices.Sorted(slices.Values(files[component])) {
			local := path.Join(component, name)
			if !filepath.IsLocal(filepath.FromSlash(local)) {
				problems = append(problems, fmt.Errorf("licence file %q leads out of its folder", local))
				continue
			}
			items = append(items, item{to: path.Join("LICENSES", local), from: filepath.Join(dir, filepath.FromSlash(local))})
		}
	}
	return items, errors.Join(problems...)
}

// matching returns the names of the regular files of a folder that match pattern, sorted.
func matching(dir, pattern string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		ok, err := path.Match(pattern, entry.Name())
		if err != nil {
			return nil, err
		}
		if ok && entry.Type().IsRegular() {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}
