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

// licensesOfTree copies the licence files in the top folder of a tree to dest and returns their names.
func licensesOfTree(tree, dest string) ([]string, error) {
	entries, err := os.ReadDir(tree)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if entry.Type().IsRegular() && isLicense(entry.Name()) {
			names = append(names, entry.Name())
			err = errors.Join(err, os.MkdirAll(dest, 0o755),
				copyFile(filepath.Join(tree, entry.Name()), filepath.Join(dest, entry.Name()), 0o644))
		}
	}
	return names, err
}

// licensesOfArchive does the same for an archive that stays packed: those at its root or in its single top folder.
func licensesOfArchive(ctx context.Context, file, dest string) ([]string, error) {
	var names []string
	err := unpack.Walk(ctx, file, func(e unpack.Entry, content io.Reader) error {
		name := path.Base(e.Name)
		if e.Kind != unpack.File || strings.Count(e.Name, "/") > 1 || !isLicense(name) || slices.Contains(names, name) {
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
