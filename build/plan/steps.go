package plan

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// job is one build under way: what the steps hand on to one another.
type job struct {
	*Builder
	want
	dir string // work folder, see the steps for what lies in it

	inputs inputs          // fetch
	tree   source.Tree     // prepare: dir/source
	config cmake.Options   // configure: dir/build
	libs   []cmake.Library // configure
	stats  archive.Stats   // merge: dir/libonnxruntime.a
	report audit.Report    // audit
	entry  store.Entry     // install
}

// step is one part of the work. Its title names it on the console; do returns what it did, in a few words.
type step struct {
	title string
	do    func(context.Context, *job, *report.Phase) (string, error)
}

// steps is the build, from pins to an entry of the store. Each step can be stopped at any moment and done again: it
// trusts only what it, or the one before it, marked as finished.
var steps = []step{
	{"fetch", fetchInputs},       // pins → verified files
	{"prepare", prepareTree},     // files → unpacked and patched tree
	{"configure", configureTree}, // tree → build folder, and which archives the library is made of
	{"compile", compileTargets},  // build folder → those archives
	{"merge", mergeArchives},     // archives → one
	{"audit", auditArchive},      // refuse the one if it is not whole or not clean
	{"install", installTree},     // headers, .pc, CMake package, licences, manifest → the store
}

// run carries out all steps.
func (j *job) run(ctx context.Context) error {
	for _, s := range steps {
		phase := j.Console.Phase(s.title)
		done, err := s.do(ctx, j, phase)
		if err != nil {
			phase.Failed()
			return err // says itself what was being done
		}
		phase.Done("%s", done)
	}
	return nil
}

func (j *job) path(name string) string { return filepath.Join(j.dir, name) }

func fetchInputs(ctx context.Context, j *job, phase *report.Phase) (string, error) {
	var err error
	j.inputs, err = j.fetchAll(ctx, j.release, phase.Progress(report.Bytes))
	if err != nil {
		return "", err
	}
	files := j.inputs.files()
	fresh, size := 0, int64(0)
	for _, f := range files {
		size += f.Size
		if f.From != "" {
			fresh++
		}
	}
	return fmt.Sprintf("%d files, %s, %d of them new", len(files), humanize.Bytes(uint64(size)), fresh), nil //nolint:gosec // a size
}

func prepareTree(ctx context.Context, j *job, phase *report.Phase) (string, error) {
	var err error
	j.tree, err = source.Prepare(ctx, source.Input{
		Release: j.release, Source: j.inputs.source, Checkout: j.Settings.SourceDir,
		Resolved: j.inputs.resolved, Dependencies: j.inputs.dependencies, Patches: j.Patches,
		Dir: j.path("source"), Progress: phase.Progress(report.Bytes),
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d patches", len(j.tree.Applied)), nil
}

func configureTree(ctx context.Context, j *job, _ *report.Phase) (string, error) {
	j.config = j.options(j.tree.Root, j.path("build"))
	ready, err := cmake.Configure(ctx, j.Runner, j.config)
	if err != nil {
		return "", err
	}
	j.libs, err = cmake.Closure(j.config.Build, cmake.Roots(j.spec))
	if err != nil {
		return "", err
	}
	if ready {
		return "was ready", nil
	}
	return fmt.Sprintf("%d archives to build", len(j.libs)), nil
}

func compileTargets(ctx context.Context, j *job, phase *report.Phase) (string, error) {
	var steps int64
	progress := phase.Progress(report.Steps)
	count := func(done, total int64) {
		steps = total
		progress(done, total)
	}
	jobs := j.jobs() // depends on the memory that is free now
	if err := cmake.Build(ctx, j.Runner, j.config, cmake.Targets(j.libs), jobs, count); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d steps, %d at a time", steps, jobs), nil
}

func mergeArchives(ctx context.Context, j *job, _ *report.Phase) (string, error) {
	libs := make([]archive.Library, len(j.libs))
	for i, lib := range j.libs {
		libs[i] = archive.Library{Path: lib.Path, Component: lib.Component}
	}
	var err error
	j.stats, err = archive.Merge(ctx, j.Runner, j.tools.AR.Path, libs, j.path(archiveName))
	if err != nil {
		return "", err
	}
	wanted := 0
	for _, lib := range j.libs {
		wanted += lib.Objects
	}
	if j.stats.Members != wanted {
		return "", fmt.Errorf("merging: %s has %d objects, but cmake compiles %d for it", archiveName, j.stats.Members, wanted)
	}
	return fmt.Sprintf("%d archives, %d objects, %s", len(libs), j.stats.Members, humanize.Bytes(uint64(j.stats.Bytes))), nil //nolint:gosec // a size
}

func auditArchive(ctx context.Context, j *job, _ *report.Phase) (string, error) {
	var err error
	j.report, err = audit.Inspect(ctx, j.Runner, audit.Input{
		Archive: j.path(archiveName), Stats: j.stats, Platform: j.spec.Platform, CXX: j.tools.CXX.Path,
		Private: j.private(),
	})
	if err != nil {
		return "", err
	}
	return "clean", refuse(j.report)
}

func installTree(ctx context.Context, j *job, _ *report.Phase) (string, error) {
	var err error
	j.entry, err = j.Store.Put(ctx, j.key, map[string]string{labelSpec: j.spec.String()}, func(dir string) error {
		return j.install(ctx, dir)
	})
	if err != nil {
		return "", err
	}
	if err := j.Store.SetAlias(ctx, Latest(j.spec), j.entry); err != nil {
		return "", err
	}
	return j.entry.Dir, nil
}
