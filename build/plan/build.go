package plan

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// labelSpec is the store's label for what an entry is.
const labelSpec = "spec"

// archiveName is the one archive that a build is about.
const archiveName = "libonnxruntime.a"

// Result is a build that lies in the store.
type Result struct {
	Spec   spec.Spec
	Target platform.Target
	Entry  store.Entry
	Tools  toolchain.Set
	Homes  Homes // of what its providers are made with
	Found  bool  // it was there already
	Took   time.Duration
}

// want is what a build is to be, before anything was fetched.
type want struct {
	spec    spec.Spec
	target  platform.Target
	release release.Release
	tools   toolchain.Set
	homes   Homes
	sources []string  // what the prepared tree is made of, see source.Facts
	key     store.Key // of the result
	compile store.Key // of the compiled folder: the same for both forms of linking
}

// Build returns the entry of the store that the spec names, and makes it if there is none. Of two processes that build
// the same, one works and the other waits.
func (b *Builder) Build(ctx context.Context, s spec.Spec) (Result, error) {
	results, err := b.BuildForms(ctx, s)
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// BuildForms is [Builder.Build] for several specs that differ in nothing but the form of linking. What is missing of
// them is made from one compile. The results are in the order of the specs.
func (b *Builder) BuildForms(ctx context.Context, specs ...spec.Spec) ([]Result, error) {
	started := time.Now()
	if err := b.refuseSmallMachine(ctx, specs[0]); err != nil {
		return nil, err
	}
	wants := make([]want, len(specs))
	entries := make([]store.Entry, len(specs))
	found := make([]bool, len(specs))
	for i, s := range specs {
		var err error
		if wants[i], err = b.want(ctx, s); err != nil {
			return nil, err
		}
		if wants[i].compile.ID() != wants[0].compile.ID() {
			return nil, fmt.Errorf("building %s and %s: they do not come from one compile", wants[0].spec, wants[i].spec)
		}
		if entries[i], found[i], err = b.Store.Get(ctx, wants[i].key); err != nil {
			return nil, err
		}
	}
	if err := b.build(ctx, wants, entries, found); err != nil {
		return nil, fmt.Errorf("building onnxruntime %s: %w", wants[0].spec, err)
	}
	results := make([]Result, len(specs))
	for i, w := range wants {
		if found[i] { // another build of the kind may have come since
			if err := b.Store.SetAlias(ctx, Latest(w.spec), entries[i]); err != nil {
				b.Console.Line("note: %v", err) // a store that is only read serves all the same
			}
		}
		results[i] = Result{
			Spec: w.spec, Target: w.target, Entry: entries[i], Tools: w.tools, Homes: w.homes, Found: found[i], Took: time.Since(started),
		}
	}
	return results, nil
}

// build makes the entries that were not found, unless another process made them in the meantime.
func (b *Builder) build(ctx context.Context, wants []want, entries []store.Entry, found []bool) error {
	if !slices.Contains(found, false) {
		return nil
	}
	first := wants[0].spec
	unlock, err := b.lock(ctx, first.Folder(), "building "+first.String())
	if err != nil {
		return err
	}
	defer unlock()
	j := &job{Builder: b, want: wants[0], dir: filepath.Join(b.Settings.Home, "work", first.Folder())}
	for i, w := range wants {
		if found[i] {
			continue
		}
		if entries[i], found[i], err = b.Store.Get(ctx, w.key); err != nil {
			return err
		}
		if !found[i] {
			b.Console.Line("building onnxruntime %s, key %s, log %s", w.spec, w.key.ID().Short(), b.Log)
			j.forms = append(j.forms, &form{job: j, want: w, entry: &entries[i]})
		}
	}
	if len(j.forms) == 0 {
		return nil
	}
	if first.Has(spec.CUDA) {
		if err := j.homes.gpu.TooLittleMemory(b.memory()); err != nil {
			return err
		}
		b.Console.Line("for CUDA %s with %s: %s on %d cores, less with a compiler cache",
			j.homes.CUDA.Full, j.spec.GPU.Capabilities, cuda.About(j.homes.gpu.Estimate(b.Cores)), b.Cores)
	}
	if err := j.run(ctx); err != nil {
		return err
	}
	if err := discard(j.dir); err != nil {
		b.Console.Line("note: the work folder could not be removed: %v", err)
	}
	return nil
}
