package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/patch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
)

// component is what preparing ONNX Runtime or one dependency gave.
type component struct {
	name     string
	file     string // name of the dependency's archive in archives/; empty for ONNX Runtime
	sha1     string // of that archive
	applied  []patch.Applied
	licenses []string
}

// dependency puts the archive of d into archives/: as it was fetched where that will do, else packed anew.
func (p *preparation) dependency(ctx context.Context, d release.Dependency) (component, error) {
	c := component{name: d.Name}
	file, ok := p.in.Dependencies[d.Name]
	if !ok {
		return c, errors.New("its archive was not fetched")
	}
	suffix, err := unpack.Suffix(file.Path)
	if err != nil {
		return c, fmt.Errorf("archive %q: %w", file.Path, err)
	}
	names, err := patch.List(p.in.Patches, d.Name, p.in.Release.Version)
	if err != nil {
		return c, err
	}
	overlay, err := overlayFiles(p.in.Patches, d.Name, p.in.Release.Version)
	if err != nil {
		return c, err
	}
	licenses := filepath.Join(p.tmp, licensesFolder, d.Name)
	if keptAsIs(d, suffix) && len(names)+len(overlay) == 0 {
		c.file = d.Name + suffix // CMake tells the format by the name
		if err := linkOrCopy(file.Path, p.archive(c.file)); err != nil {
			return c, err
		}
		c.licenses, err = licensesOfArchive(ctx, file.Path, licenses)
	} else {
		work := p.work(d.Name)
		c.file = d.Name + unpack.Tar
		if c.applied, err = p.tree(ctx, d, file.Path, suffix, work, names, overlay); err != nil {
			return c, err
		}
		if err = writeTar(ctx, p.archive(c.file), filepath.Join(work, treeFolder), d.Name); err != nil {
			return c, err
		}
		c.licenses, err = licensesOfUnpacked(work, licenses)
	}
	if err == nil && len(c.licenses) == 0 {
		err = fmt.Errorf("archive %q: %w", filepath.Base(file.Path), errNoLicense)
	}
	if err == nil {
		c.sha1, err = sha1Of(p.archive(c.file))
	}
	return c, err
}

// keptAsIs tells whether CMake can take the archive as it is.
func keptAsIs(d release.Dependency, suffix string) bool {
	return d.Subtree == "" && len(d.Keep) == 0 && d.Into == "" && suffix != unpack.Deb && suffix != unpack.TarZstd
}

// tree makes the tree of d in the folder work.
func (p *preparation) tree(ctx context.Context, d release.Dependency, file, suffix, work string,
	patches, overlay []string,
) ([]patch.Applied, error) {
	placing := &placement{d: d, kept: map[string]bool{}}
	switch {
	case suffix == unpack.Deb:
		placing.outside = debianCopyright
	case d.PyPI != "":
		placing.outside = wheelLicense
	}
	if err := unpack.Part(ctx, file, work, placing.place); err != nil {
		return nil, err
	}
	if err := placing.missing(); err != nil {
		return nil, err
	}
	root := filepath.Join(work, treeFolder)
	base := path.Join(d.Name, p.in.Release.Version, patch.Overlay)
	for _, name := range overlay {
		if err := addOverlay(p.in.Patches, name, filepath.Join(root, filepath.FromSlash(name[len(base)+1:]))); err != nil {
			return nil, err
		}
	}
	return applyAll(p.in.Patches, patches, root)
}

// addOverlay writes one overlay file; a file that the tree has already is an error.
func addOverlay(patches fs.FS, name, to string) error {
	data, err := fs.ReadFile(patches, name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("overlay file %q: %w", name, err)
	}
	_, err = out.Write(data)
	return errors.Join(err, out.Close())
}

func applyAll(patches fs.FS, names []string, root string) ([]patch.Applied, error) {
	var all []patch.Applied
	for _, name := range names {
		applied, err := patch.Apply(patches, name, root)
		if err != nil {
			return nil, err
		}
		all = append(all, applied)
	}
	return all, nil
}

// linkOrCopy gives from a second name; across file systems it copies.
func linkOrCopy(from, to string) error {
	from, err := filepath.EvalSymlinks(from) // a link to a relative link would lead nowhere
	if err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	return copyFile(from, to, 0o644)
}
