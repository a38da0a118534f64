package command

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// testedCUDA is the toolkit that CI takes, so that all of its runs test the same.
const testedCUDA = "12.4"

// testedOn is the platform whose providers are tested: for others CI's toolkit and oneDNN cannot be provided.
var testedOn = spec.Platform{OS: "linux", Arch: "amd64"}

// testedProviders lists the providers beside the CPU's that are tested: all in CI, else those that ORT_PROVIDERS names,
// as much is fetched for them.
func (c *Command) testedProviders(version string) ([]spec.Provider, error) {
	asked, err := c.Builder.Spec(version)
	if err != nil {
		return nil, err
	}
	if asked.Platform != testedOn {
		c.Console.Line("%s", untested(asked))
		return nil, nil
	}
	if others := asked.Others(); len(others) > 0 {
		return others, nil
	}
	if c.Settings.CI {
		return []spec.Provider{spec.CUDA, spec.DNNL}, nil
	}
	c.Console.Line("note: execution providers are not tested: ORT_PROVIDERS=cuda,dnnl go tool mage test does that")
	return nil, nil
}

// untested says that nothing of what a spec asks for beside the CPU is tested on its platform.
func untested(s spec.Spec) string {
	which := "execution providers are"
	if others := s.OtherNames(); len(others) > 0 {
		which = "ORT_PROVIDERS=" + strings.Join(others, ",") + " is"
	}
	return fmt.Sprintf("note: %s not tested on %s: CUDA and oneDNN are on %s, CoreML by ci/macos on a Mac", which, s.Platform, testedOn)
}

// testProviders builds providers in every form of linking, from one compile, and tries the builds.
func (c *Command) testProviders(ctx context.Context, version string) error {
	providers, err := c.testedProviders(version)
	if err != nil || len(providers) == 0 {
		return err
	}
	results, err := c.buildForms(ctx, version, providers)
	if err != nil {
		return err
	}
	linkers, err := c.provideLinkers(ctx)
	if err != nil {
		return err
	}
	user := c.providerUser(results, linkers)
	user.Env = append(user.Env, c.sharedSettings(version, providers)...)
	run := user.Go(".", "test", "-count=1", "-tags", "built", "-run", providerTests, "./build/consumer")
	if err := c.check(ctx, run); err != nil {
		return err
	}
	shared, static := results[0], results[1]
	if !static.Spec.Has(spec.DNNL) { // CUDA's has nothing to run on
		return nil
	}
	return c.conformanceOfForms(ctx, version, spec.DNNL,
		form{spec.Shared, c.consumer(shared)}, form{spec.Static, c.consumer(static)})
}

// providerTests matches the tests in build/consumer that need builds with providers, and no others.
const providerTests = "^TestProviders"

// minimal is the CUDA provider that is tested, made with what a person chose: it needs no cuDNN and is compiled in
// minutes, but is linked, opened and asked for its options as the whole one. Debian's toolkit, which CI takes, knows
// nothing newer than 9.0.
func minimal(chosen settings.CUDA) settings.CUDA {
	return settings.CUDA{
		Version: chosen.Version, Home: chosen.Home, Architectures: cmp.Or(chosen.Architectures, "90"), Minimal: true,
	}
}

// chosenCUDA is minimal with what CI chooses.
func (c *Command) chosenCUDA() settings.CUDA {
	chosen := minimal(c.Builder.Settings.CUDA)
	if c.Settings.CI && chosen.Version == "" && chosen.Home == "" {
		chosen.Version = testedCUDA
	}
	return chosen
}

// sharedSettings are the variables that lead targets to the shared form that buildForms made: a test bundles it as a
// person would.
func (c *Command) sharedSettings(version string, providers []spec.Provider) []string {
	var env []string
	for _, entry := range c.Settings.Environ {
		if name, _, _ := strings.Cut(entry, "="); slices.Contains(settings.Names(), name) {
			env = append(env, entry)
		}
	}
	s, chosen := plan.With(plan.CPU(version), spec.Shared, providers...), c.chosenCUDA()
	return append(env, "ORT_VERSION="+version, "ORT_PROVIDERS="+strings.Join(s.OtherNames(), ","), "ORT_LINKING="+string(s.Linking),
		"ORT_CUDA_VERSION="+chosen.Version, "ORT_CUDA_ARCHS="+chosen.Architectures, "ORT_CUDA_FEATURES=", "ORT_CUDA_MINIMAL=1",
		"ORT_JSON=")
}

// buildForms returns the shared, the static and the loose form of a build with providers.
func (c *Command) buildForms(ctx context.Context, version string, providers []spec.Provider) ([]plan.Result, error) {
	b := *c.Builder
	b.Settings.CUDA = c.chosenCUDA()
	var specs []spec.Spec
	for _, linking := range []spec.Linking{spec.Shared, spec.Static, spec.Loose} {
		specs = append(specs, plan.With(plan.CPU(version), linking, providers...))
	}
	return b.BuildForms(ctx, specs...)
}

// providerUser returns what runs the tests of builds that buildForms made. Linkers is a folder with more linkers, or
// empty. Libraries that providers need are for the tests to find or not to find, so they are in a variable of theirs.
func (c *Command) providerUser(results []plan.Result, linkers string) *consumer.Consumer {
	shared, static, loose := results[0], results[1], results[2]
	folders := strings.Join(static.Homes.LibraryFolders(), string(filepath.ListSeparator))
	static.Homes = plan.Homes{}
	user := c.consumer(static)
	if linkers != "" {
		user.Env = append(user.Env, toolPath(static.Tools, c.Settings.Programs)+string(os.PathListSeparator)+linkers)
	}
	user.Env = append(user.Env,
		"ORT_TEST_SHARED_TREE="+shared.Entry.Dir, "ORT_TEST_STATIC_TREE="+static.Entry.Dir,
		"ORT_TEST_LOOSE="+filepath.Join(loose.Entry.Dir, plan.LooseArchive(spec.DNNL)),
		"ORT_TEST_LIBRARY_PATH="+folders, "ORT_TEST_CUDA_HOME="+shared.Homes.CUDA.Home,
	)
	return user
}
