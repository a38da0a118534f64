package plan

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/isolate"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// form is one result of a compile.
type form struct {
	*job
	want
	libs     []cmake.Library // configure
	isolated []string        // isolate: archives of one object each
	stats    archive.Stats   // merge: dir/<kind>/libonnxruntime.a
	report   audit.Report    // audit
	entry    *store.Entry    // install
}

// formSteps makes a form, from archives to an entry of the store.
var formSteps = []step[*form]{
	{"merge", mergeArchives}, // archives → one
	{"audit", auditArchive},  // refuse the one if it is not whole or not clean
	{"install", installTree}, // headers, .pc, CMake package, licences, manifest → the store
}

// isolation comes before them if the providers go into the archive.
var isolation = step[*form]{"isolate", isolateProviders} // objects of a provider → one object with one name

func (f *form) steps() []step[*form] {
	switch f.spec.Linking {
	case spec.Static:
		return append([]step[*form]{isolation}, formSteps...)
	case spec.Loose:
		return looseSteps
	}
	return formSteps
}

// own returns a path in the form's own part of the work folder.
func (f *form) own(name string) string { return f.path(filepath.Join(f.spec.Kind(), name)) }

// object returns the path of a provider's isolated object.
func (f *form) object(p spec.Provider) string { return f.own("provider_" + string(p) + ".o") }

// isolateProviders makes one object of each provider that goes into the archive. Core and provider are made from many of
// the same sources: together in one program, definitions of one would take the place of the other's.
func isolateProviders(ctx context.Context, f *form, _ *report.Phase) (string, error) {
	var done []string
	for _, m := range f.modules {
		object := f.object(m.Provider)
		stats, err := isolate.Object(ctx, f.Runner, isolate.Input{
			Name: string(m.Provider), Objects: m.Objects, Archives: f.homes.inside(m.Provider), Output: object,
			LD: f.tools.LD.Path, Objcopy: f.tools.Objcopy.Path,
		})
		if err != nil {
			return "", err
		}
		library := strings.TrimSuffix(object, ".o") + ".a"
		if err := archive.Wrap(ctx, f.Runner, f.tools.AR.Path, object, library); err != nil {
			return "", err
		}
		f.isolated = append(f.isolated, library)
		done = append(done, fmt.Sprintf("%s: %d objects, %s", m.Provider, len(m.Objects), humanize.Bytes(uint64(stats.Bytes)))) //nolint:gosec // a size
	}
	return strings.Join(done, "; "), nil
}

func mergeArchives(ctx context.Context, f *form, _ *report.Phase) (string, error) {
	var libs []archive.Library
	wanted := len(f.isolated)
	for _, lib := range f.libs {
		libs = append(libs, archive.Library{Path: lib.Path, Component: lib.Component})
		wanted += lib.Objects
	}
	for _, path := range f.isolated {
		libs = append(libs, archive.Library{Path: path, Component: "onnxruntime"})
	}
	var err error
	if f.tools.Libtool.Path != "" {
		f.stats, err = archive.MergeMachO(ctx, f.Runner, f.tools.Libtool.Path, libs, f.own(archiveName))
	} else {
		f.stats, err = archive.Merge(ctx, f.Runner, f.tools.AR.Path, libs, f.own(archiveName))
	}
	if err != nil {
		return "", err
	}
	if f.stats.Members != wanted {
		return "", fmt.Errorf("merging: %s has %d objects, but cmake compiles %d for it", archiveName, f.stats.Members, wanted)
	}
	return fmt.Sprintf("%d archives, %d objects, %s", len(libs), f.stats.Members, humanize.Bytes(uint64(f.stats.Bytes))), nil //nolint:gosec // a size
}

// audited is what is looked at before a form goes into the store.
func (f *form) audited() audit.Input {
	in := audit.Input{
		Archive: f.own(archiveName), Stats: f.stats, Platform: f.spec.Platform, CXX: f.tools.CXX.Path, Private: f.private(),
		MacOS: platform.MacOSFloor, Kernels: kernels(f.release, f.spec.Platform),
	}
	cuda := audit.DeviceLibrary{Name: archiveName, Path: f.object(spec.CUDA)}
	switch f.spec.Linking {
	case spec.Static:
		in.Libraries = f.homes.beside(f.spec)
	case spec.Shared:
		in.Beside = append(in.Beside, f.host)
		for _, m := range f.modules {
			in.Beside = append(in.Beside, m.Library)
			if m.Provider == spec.CUDA {
				cuda = audit.DeviceLibrary{Name: filepath.Base(m.Library), Path: m.Library}
			}
		}
	}
	if f.spec.Has(spec.CUDA) {
		in.Device, in.Capabilities = []audit.DeviceLibrary{cuda}, f.spec.GPU.Capabilities
	}
	return in
}

func auditArchive(ctx context.Context, f *form, _ *report.Phase) (string, error) {
	var err error
	if f.report, err = audit.Inspect(ctx, f.Runner, f.audited()); err != nil {
		return "", err
	}
	return "clean", refuse(f.report)
}

func installTree(ctx context.Context, f *form, _ *report.Phase) (string, error) {
	return f.put(ctx, func(dir string) error { return f.install(ctx, dir) })
}

// put makes the entry of the store with what fill writes, and returns its folder.
func (f *form) put(ctx context.Context, fill func(dir string) error) (string, error) {
	var err error
	if *f.entry, err = f.Store.Put(ctx, f.key, map[string]string{labelSpec: f.spec.String()}, fill); err != nil {
		return "", err
	}
	if err := f.Store.SetAlias(ctx, Latest(f.spec), *f.entry); err != nil {
		return "", err
	}
	return f.entry.Dir, nil
}
