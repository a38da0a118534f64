package archive

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// inspect reads the table of contents of every library and looks at each member.
func inspect(libs []Library) (Stats, []Member, error) {
	var stats Stats
	var all []Member
	seen := map[string]bool{}
	for _, lib := range libs {
		path := filepath.Clean(lib.Path)
		if seen[path] {
			return Stats{}, nil, fmt.Errorf("merging archives: %q is listed twice", path)
		}
		seen[path] = true
		contents, err := Read(path)
		if err != nil {
			return Stats{}, nil, err
		}
		if err := checkMembers(path, contents.Members); err != nil {
			return Stats{}, nil, err
		}
		all = append(all, contents.Members...)
		stats.Parts = append(stats.Parts, Part{
			Name: filepath.Base(path), Component: lib.Component,
			Members: len(contents.Members), Bytes: contents.Bytes(),
		})
	}
	stats.Members = len(all)
	return stats, all, nil
}

func checkMembers(path string, members []Member) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading an archive: %w", err)
	}
	defer file.Close()
	for _, m := range members {
		if err := CheckObject(io.NewSectionReader(file, m.Offset, m.Size)); err != nil {
			return fmt.Errorf("member %q of archive %q: %w", m.Name, path, err)
		}
	}
	return nil
}

// link gives every library a name that MRI can read, and returns the names. They stand in listFile too.
func link(staging string, libs []Library) ([]string, error) {
	names := make([]string, len(libs))
	for i, lib := range libs {
		target, err := filepath.Abs(lib.Path)
		if err != nil {
			return nil, fmt.Errorf("finding archive %q: %w", lib.Path, err)
		}
		names[i] = fmt.Sprintf("%03d.a", i)
		if err := os.Symlink(target, filepath.Join(staging, names[i])); err != nil {
			return nil, fmt.Errorf("naming archive %q: %w", lib.Path, err)
		}
	}
	list := strings.Join(names, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(staging, listFile), []byte(list), 0o644); err != nil {
		return nil, fmt.Errorf("listing archives: %w", err)
	}
	return names, nil
}
