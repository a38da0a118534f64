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
func (j *job) install(ctx context.Context, dir string) error {
	var components []string
	for _, lib := range j.libs {
		components = append(components, lib.Component)
	}
	slices.Sort(components)
	manifest, err := j.manifest()
	if err != nil {
		return err
	}
	return install.Tree(ctx, install.Input{
		Dir: dir, Spec: j.spec, Key: j.key.EntryID(), Source: j.tree.Root, Archive: j.path(archiveName),
		LicenseDir: j.tree.LicenseDir, Licenses: j.tree.Licenses, Components: slices.Compact(components),
		Manifest: manifest, Private: j.private(),
	})
}

func (j *job) manifest() (install.Manifest, error) {
	m := install.Manifest{API: j.release.API, Audit: &j.report}
	if j.inputs.source.Path != "" {
		m.Inputs = append(m.Inputs, origin(j.release.Source, j.inputs.source))
	}
	for _, d := range j.inputs.resolved {
		m.Inputs = append(m.Inputs, origin(d.Pin, j.inputs.dependencies[d.Name]))
	}
	for _, f := range j.key.Facts() {
		switch f.Group {
		case "patch":
			sum, err := digest.Parse(f.Value)
			if err != nil {
				return install.Manifest{}, fmt.Errorf("patch %s: %w", f.Name, err)
			}
			m.Patches = append(m.Patches, install.Patch{Name: f.Name, SHA256: sum})
		case "option":
			m.Options = append(m.Options, install.Option{Name: f.Name, Value: f.Value})
		case "tool":
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
