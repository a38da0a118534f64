package source

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
)

// errNoLicense tells that a component would be given on without its licence.
var errNoLicense = errors.New("no licence file found")

// licenseNames are how the names of licence files begin, in lower case.
var licenseNames = []string{"license", "licence", "copying", "notice", "thirdpartynotices", "copyright"}

func isLicense(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(licenseNames, func(start string) bool { return strings.HasPrefix(name, start) })
}

// reuseFolder has the licences of a component that follows REUSE (its specification 3.3), one file each.
const reuseFolder = "LICENSES"

// isLicensePath tells whether a slash path, relative to a component's top folder, is that of a licence file.
func isLicensePath(name string) bool {
	return path.Dir(name) == reuseFolder || path.Dir(name) == "." && isLicense(name)
}

// licensesOfTree copies the licence files at the top of a tree to dest and returns their names.
func licensesOfTree(tree, dest string) ([]string, error) {
	entries, err := os.ReadDir(tree)
	if err != nil {
		return nil, err
	}
	inside, err := os.ReadDir(filepath.Join(tree, reuseFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	var problems []error
	keep := func(folder string, entry fs.DirEntry) {
		name := entry.Name()
		if !entry.Type().IsRegular() || !isLicensePath(path.Join(folder, name)) || slices.Contains(names, name) {
			return
		}
		names = append(names, name)
		problems = append(problems, os.MkdirAll(dest, 0o755),
			copyFile(filepath.Join(tree, folder, name), filepath.Join(dest, name), 0o644))
	}
	for _, entry := range entries {
		keep("", entry)
	}
	for _, entry := range inside {
		keep(reuseFolder, entry)
	}
	slices.Sort(names)
	return names, errors.Join(problems...)
}

// licensesOfArchive does the same for an archive that stays packed, with or without a single top folder.
func licensesOfArchive(ctx context.Context, file, dest string) ([]string, error) {
	var names []string
	err := unpack.Walk(ctx, file, func(e unpack.Entry, content io.Reader) error {
		name := path.Base(e.Name)
		_, below, _ := strings.Cut(e.Name, "/")
		if e.Kind != unpack.File || !isLicensePath(e.Name) && !isLicensePath(below) || slices.Contains(names, name) {
			return nil
		}
		names = append(names, name)
		if err := os.MkdirAll(dest, 0o755); err != nil {
			return err
		}
		out, err := os.Create(filepath.Join(dest, name))
		if err != nil {
			return err
		}
		_, err = io.Copy(out, content)
		return errors.Join(err, out.Close())
	})
	slices.Sort(names)
	return names, err
}

// licensesOfUnpacked takes a tree's own licence files. Only where it has none, as the headers of a Debian package,
// those of the package serve: one can be very long, since it speaks of all that the package was made from.
func licensesOfUnpacked(work, dest string) ([]string, error) {
	names, err := licensesOfTree(filepath.Join(work, treeFolder), dest)
	if err != nil || len(names) > 0 {
		return names, err
	}
	names, err = licensesOfTree(filepath.Join(work, docsFolder), dest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return names, err
}
