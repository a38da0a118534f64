package bundle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// CheckInput is what [Check] needs.
type CheckInput struct {
	Dir    string     // the bundle
	Runner run.Runner // starts CC and what makes the empty root
	CC     string     // C compiler for the program that opens the libraries; empty: no proof in an empty root
	Proof  bool       // it is an error if nothing can be opened in an empty root
}

// Report is what a check found.
type Report struct {
	Manifest Manifest
	Files    int      // that were compared with the manifest
	Opened   []string // what was opened in an empty root, one line each; empty if that was not done
	Skipped  string   // why the empty root was left out; empty if it was not
}

// Check proves that a bundle is whole and closed. First it reads: every file is as the manifest says, every library
// that is needed or opened while the program runs is in the bundle or a part of the C library, run paths stay inside,
// nothing belongs to a driver, and cuDNN is of one version. Then it opens every library in a root that has only the
// bundle and the C library of this machine. Where that is not possible, Report.Skipped says why, unless in.Proof wants
// an error. Providers are not opened there but joined with their libraries to the last symbol: their constructors call
// ONNX Runtime's core.
//
// A bundle with a fault gives an error that has them all.
func Check(ctx context.Context, in CheckInput) (Report, error) {
	var report Report
	m, err := ReadManifest(in.Dir)
	if err == nil {
		in.Dir, err = filepath.EvalSymlinks(in.Dir) // WalkDir follows no link
	}
	if err != nil {
		return report, &fault.Error{
			Op: "check a bundle", On: in.Dir, Err: err, Hint: "name the folder that has bin/ and lib/ of the bundle in it",
		}
	}
	report.Manifest, report.Files = m, len(m.Files)
	b, err := inspect(ctx, in.Dir, m)
	if err != nil {
		return report, fmt.Errorf("checking a bundle: %w", err)
	}
	if err := errors.Join(b.problems()...); err != nil {
		return report, broken(in.Dir, err)
	}
	var faults error
	report.Opened, report.Skipped, faults, err = openAll(ctx, in, b)
	if err != nil {
		return report, fmt.Errorf("checking a bundle: %w", err)
	}
	if faults != nil {
		return report, broken(in.Dir, faults)
	}
	if report.Skipped != "" && in.Proof {
		return report, &fault.Error{
			Op: "check a bundle", On: in.Dir, Err: fmt.Errorf("nothing was opened in an empty root: %s", report.Skipped),
			Hint: "check it where there is a C compiler and chroot or a user namespace, on the machine that it is for; " +
				"without CI in the environment this is a note",
		}
	}
	return report, nil
}

func broken(dir string, err error) error {
	return &fault.Error{
		Op: "check a bundle", On: dir, Err: err,
		Hint: "make the bundle anew; never add, replace or remove single files of one",
	}
}

// inspected is a bundle as it lies there.
type inspected struct {
	manifest  Manifest
	faults    []error           // of files, against the manifest
	objects   map[string]object // ELF files by slash path
	libraries map[string]string // name in lib/ → path on disk
}

// inspect reads all files of a bundle.
func inspect(ctx context.Context, dir string, m Manifest) (inspected, error) {
	b := inspected{manifest: m, objects: map[string]object{}, libraries: map[string]string{}}
	listed := map[string]File{}
	for _, file := range m.Files {
		listed[file.Path] = file
	}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err := errors.Join(err, context.Cause(ctx)); err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		file, known := listed[name]
		switch {
		case name == ManifestFile:
			return nil
		case !entry.Type().IsRegular():
			b.faults = append(b.faults, fmt.Errorf("%s is no regular file: a bundle has no links", name))
			return nil
		case !known:
			b.faults = append(b.faults, fmt.Errorf("%s is not in the manifest", name))
		default:
			delete(listed, name)
			if err := b.compare(dir, file); err != nil {
				return err
			}
		}
		return b.read(name, path)
	})
	for _, name := range slices.Sorted(mapKeys(listed)) {
		b.faults = append(b.faults, fmt.Errorf("%s is missing", name))
	}
	return b, err
}

func (b *inspected) compare(dir string, want File) error {
	got, err := describe(dir, want.Path)
	if err != nil {
		return err
	}
	if got.SHA256 != want.SHA256 {
		b.faults = append(b.faults,
			fmt.Errorf("%s was changed: it is %s, the manifest says %s", want.Path, got.SHA256, want.SHA256))
	}
	return nil
}

// read keeps the facts of an ELF file in bin/ or lib/.
func (b *inspected) read(name, path string) error {
	folder, base, _ := strings.Cut(name, "/")
	if folder != "bin" && folder != "lib" {
		return nil
	}
	o, err := readObject(path)
	if err != nil {
		b.faults = append(b.faults, fmt.Errorf("%s: %w", name, err))
		return nil
	}
	b.objects[name] = o
	if folder == "lib" {
		b.libraries[base] = path
	}
	return nil
}
