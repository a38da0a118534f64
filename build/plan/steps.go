package plan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source"
)

// job is one compile under way: what the steps hand on to one another.
type job struct {
	*Builder
	want         // of the first form
	dir   string // work folder, see the steps for what lies in it
	forms []*form

	inputs  inputs         // fetch
	tree    source.Tree    // prepare: dir/source
	config  cmake.Options  // configure: dir/build
	modules []cmake.Module // configure: providers beside the CPU's
	host    string         // configure: library through which shared ones reach the core
}

// step is one part of the work on a job or on a form. Its title names it on the console; do returns what it did, in a few
// words.
type step[T any] struct {
	title string
	do    func(context.Context, T, *report.Phase) (string, error)
}

// steps is the compile, from pins to archives. Each step can be stopped at any moment and done again: it trusts only what
// it, or the one before it, marked as finished. What comes then is done for each form: see forms.go.
var steps = []step[*job]{
	{"fetch", fetchInputs},       // pins → verified files
	{"prepare", prepareTree},     // files → unpacked and patched tree
	{"configure", configureTree}, // tree → build folder, and which archives the library is made of
	{"compile", compileTargets},  // build folder → those archives, and the providers
}

// run carries out all steps.
func (j *job) run(ctx context.Context) error {
	if err := do(ctx, j.Console, steps, j); err != nil {
		return err
	}
	for _, f := range j.forms {
		if err := os.MkdirAll(f.own(""), 0o755); err != nil {
			return fmt.Errorf("making the work folder: %w", err)
		}
		if err := do(ctx, j.Console, f.steps(), f); err != nil {
			return err
		}
	}
	return nil
}

func do[T any](ctx context.Context, console *report.Console, steps []step[T], on T) error {
	for _, s := range steps {
		phase := console.Phase(s.title)
		done, err := s.do(ctx, on, phase)
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
	j.inputs, err = j.fetchAll(ctx, j.release, j.spec, &sum{tell: phase.Progress(report.Bytes)})
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
	return fmt.Sprintf("%d files, %s, %d of them new", len(files), humanize.Bytes(uint64(size)), fresh), nil
}

func prepareTree(ctx context.Context, j *job, phase *report.Phase) (string, error) {
	var err error
	j.tree, err = source.Prepare(ctx, source.Input{
		Release: j.release, Additions: additions(j.spec), Source: j.inputs.source, Checkout: j.Settings.SourceDir,
		Resolved: j.inputs.resolved, Dependencies: j.inputs.dependencies, Patches: j.Patches, Facts: j.sources,
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
	for _, f := range j.forms {
		if f.libs, err = cmake.Closure(j.config.Build, cmake.Roots(f.spec)); err != nil {
			return "", err
		}
	}
	if j.modules, j.host, err = cmake.Modules(j.config); err != nil {
		return "", err
	}
	if ready {
		return "was ready", nil
	}
	done := fmt.Sprintf("%d archives to build", len(j.forms[0].libs))
	if len(j.modules) > 0 {
		done += fmt.Sprintf(", %d providers", len(j.modules))
	}
	return done, nil
}

func compileTargets(ctx context.Context, j *job, phase *report.Phase) (string, error) {
	targets := cmake.ModuleTargets(j.spec)
	for _, f := range j.forms {
		targets = append(targets, cmake.Targets(f.libs)...)
	}
	slices.Sort(targets)
	var steps int64
	progress := phase.Progress(report.Steps)
	count := func(done, total int64) {
		steps = total
		progress(done, total)
	}
	jobs := j.jobs() // depends on the memory that is free now
	if err := cmake.Build(ctx, j.Runner, j.config, slices.Compact(targets), jobs, count); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d steps, %d at a time", steps, jobs), nil
}
