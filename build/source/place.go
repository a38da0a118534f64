package source

import (
	"fmt"
	"path"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// Folders that a dependency's archive is unpacked into.
const (
	treeFolder = "tree" // what becomes the dependency's tree
	docsFolder = "docs" // licence files that lie elsewhere in a package
)

// placement decides where the entries of a dependency's archive go.
type placement struct {
	d     release.Dependency
	top   string // the archive's single top folder, once it is known
	found bool   // something of the subtree or top folder
	kept  map[string]bool
	// outside finds the licence files of a package, which lie outside the subtree. It may be nil.
	outside func(name string) (file string, ok bool)
}

// place is for [unpack.Part].
func (p *placement) place(name string) (string, bool, error) {
	if p.outside != nil {
		if file, ok := p.outside(name); ok {
			return path.Join(docsFolder, file), true, nil
		}
	}
	rest, ok, err := p.below(name)
	if err != nil || !ok || !p.keeps(rest) {
		return "", false, err
	}
	return path.Join(treeFolder, p.d.Into, rest), true, nil
}

// below returns name relative to the subtree, or to the single top folder where no subtree is set.
func (p *placement) below(name string) (rest string, ok bool, err error) {
	if p.d.Subtree != "" {
		rest, ok = strings.CutPrefix(name, path.Clean(p.d.Subtree)+"/")
		p.found = p.found || ok
		return rest, ok, nil
	}
	top, rest, ok := strings.Cut(name, "/")
	if p.top == "" {
		p.top = top
	}
	p.found = true
	if top != p.top {
		return "", false, fmt.Errorf("the archive has more than one top folder: %q and %q", p.top, top)
	}
	return rest, ok, nil
}

// keeps tells whether rest or a folder above it matches a pattern.
func (p *placement) keeps(rest string) bool {
	if len(p.d.Keep) == 0 {
		return true
	}
	for at := rest; at != "."; at = path.Dir(at) {
		for _, pattern := range p.d.Keep {
			if matches, _ := path.Match(pattern, at); matches { // checked by missing
				p.kept[pattern] = true
				return true
			}
		}
	}
	return false
}

// missing tells of a subtree or of patterns that gave nothing: the archive is not what they were written for.
func (p *placement) missing() error {
	if !p.found {
		return fmt.Errorf("the archive has no folder %q", p.d.Subtree)
	}
	for _, pattern := range p.d.Keep {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("keep pattern %q: %w", pattern, err)
		}
		if !p.kept[pattern] {
			return fmt.Errorf("nothing in the archive matches the keep pattern %q", pattern)
		}
	}
	return nil
}

// debianCopyright calls usr/share/doc/<package>/copyright "copyright.<package>".
func debianCopyright(name string) (string, bool) {
	matches, _ := path.Match("usr/share/doc/*/copyright", name)
	return "copyright." + path.Base(path.Dir(name)), matches
}

// wheelLicense takes the licence files in <project>-<version>.dist-info, and in its folder licenses.
func wheelLicense(name string) (string, bool) {
	info, rest, _ := strings.Cut(name, "/")
	rest = strings.TrimPrefix(rest, "licenses/")
	return rest, strings.HasSuffix(info, ".dist-info") && !strings.Contains(rest, "/") && isLicense(rest)
}
