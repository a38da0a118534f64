package plan

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// What the tests of this package reach.
var (
	Discard = discard
	Line    = line
	Refuse  = refuse
	Origin  = origin

	RefuseProviders  = refuseProviders
	MergeWithLibtool = mergesWithLibtool
)

// Sum returns the progress functions of downloads whose sum is told.
func Sum(tell func(done, total int64)) func(release.Pin) fetch.Progress {
	return (&sum{tell: tell}).part
}

// KeyOf returns the key of a build with the given tools.
func (b *Builder) KeyOf(ctx context.Context, s spec.Spec, tools toolchain.Set) (store.Key, error) {
	key, _, err := b.KeysOf(ctx, s, tools)
	return key, err
}

// KeysOf returns the keys of a build and of its compile.
func (b *Builder) KeysOf(ctx context.Context, s spec.Spec, tools toolchain.Set) (key, compile store.Key, err error) {
	w, err := b.inputsOf(s)
	if err != nil {
		return store.Key{}, store.Key{}, err
	}
	w.tools = tools
	err = b.setKeys(ctx, &w)
	return w.key, w.compile, err
}

// wantWith is want with the given tools.
func (b *Builder) wantWith(ctx context.Context, s spec.Spec, tools toolchain.Set) (want, error) {
	w, err := b.inputsOf(s)
	if err != nil {
		return want{}, err
	}
	w.tools = tools
	if err := b.provideHomes(ctx, &w); err != nil {
		return want{}, err
	}
	return w, b.setKeys(ctx, &w)
}

// Configured returns what CMake is given for a build with the given tools, and its key.
func (b *Builder) Configured(ctx context.Context, s spec.Spec, tools toolchain.Set) (cmake.Options, store.Key, error) {
	w, err := b.wantWith(ctx, s, tools)
	if err != nil {
		return cmake.Options{}, store.Key{}, err
	}
	return (&job{Builder: b, want: w}).options("/source", "/build"), w.key, nil
}

// Jobs returns how many compilers run at once, and how many of them for CUDA's provider.
func (b *Builder) Jobs(s spec.Spec, gpu cuda.Work) (all, device int) {
	j := &job{Builder: b, want: want{spec: s, homes: Homes{gpu: gpu}}}
	return j.jobs(), j.deviceJobs(j.homes)
}

// Make makes a build with the given tools that is not in the store.
func (b *Builder) Make(ctx context.Context, s spec.Spec, tools toolchain.Set) error {
	w, err := b.wantWith(ctx, s, tools)
	if err != nil {
		return err
	}
	return b.build(ctx, []want{w}, make([]store.Entry, 1), []bool{false})
}

// Audited returns what the audit is given for a form, with the providers' libraries in lib/.
func (b *Builder) Audited(s spec.Spec) audit.Input {
	j := &job{Builder: b, want: want{spec: s}, dir: "/job"}
	for _, p := range s.Separate() {
		j.modules = append(j.modules, cmake.Module{Provider: p, Library: "/build/libonnxruntime_providers_" + string(p) + ".so"})
	}
	return (&form{job: j, want: j.want}).audited()
}

// HomePins lists what the homes of a spec are provided from.
func (b *Builder) HomePins(s spec.Spec) ([]release.Pin, error) { return b.homePins(s) }

// Private lists the folders that no result may name.
func (b *Builder) Private() []string { return (&job{Builder: b}).private() }

// Steps returns the titles of the steps.
func Steps() (titles []string) {
	for _, s := range steps {
		titles = append(titles, s.title)
	}
	for _, s := range formSteps {
		titles = append(titles, s.title)
	}
	return titles
}
