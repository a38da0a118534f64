package plan

import (
	"context"

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
