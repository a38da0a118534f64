package command

import (
	"context"

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
