package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// refuse turns the problems of an audit into an error.
func refuse(r audit.Report) error {
	problems := r.Problems()
	if len(problems) == 0 {
		return nil
	}
	return &fault.Error{
		Op: "audit " + r.Archive, Err: errors.New("the archive is not fit for use"), Tail: strings.Join(problems, "\n"),
		Hint: "this is a fault of the builder, of a patch or of the toolchain, not yours: report it with these lines",
	}
}

// install writes the install tree into dir.
func (f *form) install(ctx context.Context, dir string) error {
	var components []string
	for _, lib := range f.libs {
		components = append(components, lib.Component)
	}
	slices.Sort(components)
	manifest, err := f.manifest()
	if err != nil {
		return err
	}
	return install.Tree(ctx, install.Input{
		Dir: dir, Spec: f.spec, Key: f.key.EntryID(), Source: f.tree.Root, Archive: f.own(archiveName),
		Libraries: f.libraries(), Needs: f.report.External, Notices: f.homes.notices(f.spec),
		LicenseDir: f.tree.LicenseDir, Licenses: f.tree.Licenses, Components: slices.Compact(components),
		Manifest: manifest, Private: f.private(),
	})
}

// libraries lists the shared libraries that stand beside the archive.
func (f *form) libraries() []string {
	paths := f.homes.carried()
	if f.spec.Linking == spec.Shared {
		paths = append(paths, f.host)
		for _, m := range f.modules {
			paths = append(paths, m.Library)
		}
	}
	return paths
}

func (f *form) manifest() (install.Manifest, error) {
	m := install.Manifest{API: f.release.API, Audit: &f.report}
	if f.inputs.source.Path != "" {
		m.Inputs = append(m.Inputs, origin(f.release.Source, f.inputs.source))
	}
	for _, d := range f.inputs.resolved {
		m.Inputs = append(m.Inputs, origin(d.Pin, f.inputs.dependencies[d.Name]))
	}
	for _, f := range f.key.Facts() {
		switch f.Group {
		case "patch":
			sum, err := digest.Parse(f.Value)
			if err != nil {
				return install.Manifest{}, fmt.Errorf("patch %s: %w", f.Name, err)
			}
			m.Patches = append(m.Patches, install.Patch{Name: f.Name, SHA256: sum})
		case "option":
			m.Options = append(m.Options, install.Option{Name: f.Name, Value: f.Value})
		case "tool", "home":
			m.Tools = append(m.Tools, fmt.Sprintf("%s %s", f.Name, f.Value))
		}
	}
	return m, nil
}

// origin says where a file can be had. It is the pin's word, not the place it came from here: a mirror is nobody else's
// business.
func origin(pin release.Pin, file fetch.File) install.Source {
	s := install.Source{Name: pin.Name, Origin: pin.Debian, SHA256: file.SHA256, Size: file.Size}
	if s.Origin == "" && len(pin.URLs) > 0 {
		s.Origin = pin.URLs[0]
	}
	return s
}
