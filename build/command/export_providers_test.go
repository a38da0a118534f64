package command

import (
	"context"
	"io"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Minimal is the choice for the CUDA provider that is tested.
var Minimal = minimal

// TestedProviders lists the providers that are tested.
func (c *Command) TestedProviders(version string) ([]spec.Provider, error) {
	return c.testedProviders(version)
}

// ProvideLinkers returns a folder with more linkers.
func (c *Command) ProvideLinkers(ctx context.Context) (string, error) { return c.provideLinkers(ctx) }

// ProviderEnv is the environment of the tests of providers.
func (c *Command) ProviderEnv(results []plan.Result, linkers string) []string {
	return c.providerUser(results, linkers).Env
}

// SharedSettings are the variables that lead to the shared form of what is tested.
func (c *Command) SharedSettings(version string, providers ...spec.Provider) []string {
	return c.sharedSettings(version, providers)
}

// ConformanceOf runs the node tests that are about a build.
func (c *Command) ConformanceOf(ctx context.Context, s spec.Spec, more ...string) error {
	return c.conformanceOf(ctx, &consumer.Consumer{Runner: c.Runner, Out: io.Discard}, s, more...)
}

// ConformanceOfForms runs the node tests on a provider in both forms of linking.
func (c *Command) ConformanceOfForms(ctx context.Context, version string, provider spec.Provider) error {
	user := &consumer.Consumer{Runner: c.Runner, Out: io.Discard}
	return c.conformanceOfForms(ctx, version, provider, form{spec.Shared, user}, form{spec.Static, user})
}
