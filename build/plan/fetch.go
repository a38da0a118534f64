package plan

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// parallel is how many files are downloaded at once.
const parallel = 4

// inputs are the verified files of a release.
type inputs struct {
	source       fetch.File // zero with a checkout
	resolved     []release.Dependency
	dependencies map[string]fetch.File
}

// fetchOne fetches a file, and tells its whole size in the end: it may have been there.
func (b *Builder) fetchOne(ctx context.Context, pin release.Pin, progress fetch.Progress) (fetch.File, error) {
	file, err := b.Fetch.Fetch(ctx, pin, progress)
	if err == nil && progress != nil {
		progress(file.Size, file.Size)
	}
	return file, err
}

// resolve fetches the source archive, unless there is a checkout, and reads in it which dependencies the build has.
func (b *Builder) resolve(ctx context.Context, r release.Release, s spec.Spec, progress fetch.Progress) (fetch.File, []release.Dependency, error) {
	in := source.Input{Release: r, Additions: additions(s), Checkout: b.Settings.SourceDir, Patches: b.Patches}
	if in.Checkout == "" {
		var err error
		if in.Source, err = b.fetchOne(ctx, r.Source, progress); err != nil {
			return fetch.File{}, nil, err
		}
	}
	pins, err := source.Deps(ctx, in)
	if err != nil {
		return fetch.File{}, nil, err
	}
	resolved, err := r.Resolve(pins, additions(s)...)
	return in.Source, resolved, err
}

// fetchAll fetches the source archive and all dependencies.
func (b *Builder) fetchAll(ctx context.Context, r release.Release, s spec.Spec, sum *sum) (inputs, error) {
	archive, resolved, err := b.resolve(ctx, r, s, sum.part(r.Source))
	if err != nil {
		return inputs{}, err
	}
	files, err := b.fetchPins(ctx, pinsOf(resolved), sum)
	if err != nil {
		return inputs{}, err
	}
	all := inputs{source: archive, resolved: resolved, dependencies: map[string]fetch.File{}}
	for i, d := range resolved {
		all.dependencies[d.Name] = files[i]
	}
	return all, nil
}

// fetchPins fetches files, several at once.
func (b *Builder) fetchPins(ctx context.Context, pins []release.Pin, sum *sum) ([]fetch.File, error) {
	if b.Settings.Offline { // name all that is missing, not the first alone
		if missing := b.Fetch.Missing(pins); len(missing) > 0 {
			return nil, fetch.MissingError(missing)
		}
	}
	files := make([]fetch.File, len(pins))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, pin := range pins {
		part := sum.part(pin)
		group.Go(func() (err error) {
			files[i], err = b.fetchOne(ctx, pin, part)
			return err
		})
	}
	return files, group.Wait()
}

func pinsOf(dependencies []release.Dependency) []release.Pin {
	pins := make([]release.Pin, len(dependencies))
	for i, d := range dependencies {
		pins[i] = d.Pin
	}
	return pins
}

// FetchInputs fetches and verifies all inputs of a build, with what its providers are made with where that is provided,
// and returns them with the pins that name them.
func (b *Builder) FetchInputs(ctx context.Context, s spec.Spec, progress func(done, total int64)) ([]release.Pin, []fetch.File, error) {
	w, err := b.inputsOf(s)
	if err != nil {
		return nil, nil, err
	}
	parts, err := b.homePins(w.spec)
	if err != nil {
		return nil, nil, err
	}
	sum := &sum{tell: progress}
	in, err := b.fetchAll(ctx, w.release, w.spec, sum)
	if err != nil {
		return nil, nil, err
	}
	homes, err := b.fetchPins(ctx, parts, sum)
	if err != nil {
		return nil, nil, err
	}
	var pins []release.Pin
	var files []fetch.File
	if in.source.Path != "" {
		pins, files = append(pins, w.release.Source), append(files, in.source)
	}
	for _, d := range in.resolved {
		pins, files = append(pins, d.Pin), append(files, in.dependencies[d.Name])
	}
	return append(pins, parts...), append(files, homes...), nil
}

// FetchDependency fetches one dependency of a build. The source archive is needed to know which file it is.
func (b *Builder) FetchDependency(ctx context.Context, s spec.Spec, name string) (fetch.File, error) {
	w, err := b.inputsOf(s)
	if err != nil {
		return fetch.File{}, err
	}
	_, resolved, err := b.resolve(ctx, w.release, w.spec, nil)
	if err != nil {
		return fetch.File{}, err
	}
	for _, d := range resolved {
		if d.Name == name {
			return b.fetchOne(ctx, d.Pin, nil)
		}
	}
	return fetch.File{}, fmt.Errorf("onnxruntime %s is not built with %q", w.spec.Version, name)
}

// files returns all of the inputs' files.
func (i inputs) files() []fetch.File {
	var files []fetch.File
	if i.source.Path != "" {
		files = append(files, i.source)
	}
	for _, d := range i.resolved {
		files = append(files, i.dependencies[d.Name])
	}
	return files
}

// sum adds up the progress of several downloads.
type sum struct {
	mu    sync.Mutex
	tell  func(done, total int64)
	done  int64
	total int64
}

// part returns the progress function of one download. Its size counts from the start if it is pinned.
func (s *sum) part(pin release.Pin) fetch.Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total += pin.Size
	var done, total int64 = 0, pin.Size
	return func(d, t int64) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.done += d - done
		done = d
		if t > 0 {
			s.total += t - total
			total = t
		}
		s.tell(s.done, s.total)
	}
}
