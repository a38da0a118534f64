//go:build linux && amd64

package command_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// with calls f with a command in an environment, and returns what the console showed.
func with(t *testing.T, f func(context.Context, *command.Command) error, environ ...string) string {
	t.Helper()
	shown, err := os.Create(filepath.Join(t.TempDir(), "shown"))
	require.NoError(t, err)
	defer shown.Close()
	outside := command.Outside{Environ: append(environ, "HOME="+t.TempDir()), Out: shown, Progress: shown}
	require.NoError(t, outside.Do(t.Context(), "test", f))
	text, err := os.ReadFile(shown.Name())
	require.NoError(t, err)
	return string(text)
}

func TestProvidersAreTestedInCIAndOnRequest(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string][]spec.Provider{
		"CI=true": {spec.CUDA, spec.DNNL}, "CI=": nil,
		"ORT_PROVIDERS=cuda": {spec.CUDA}, "ORT_PROVIDERS=dnnl,cuda": {spec.CUDA, spec.DNNL},
	} {
		shown := with(t, func(_ context.Context, c *command.Command) error {
			got, err := c.TestedProviders("1.21.0")
			require.Equal(t, want, got, environ)
			return err
		}, environ)
		require.Equal(t, want == nil, shown != "", "what is left out is said: %s", shown)
	}
	require.Equal(t, settings.CUDA{Architectures: "90", Minimal: true}, command.Minimal(settings.CUDA{}))
	require.Equal(t, settings.CUDA{Home: "/c", Architectures: "75", Minimal: true},
		command.Minimal(settings.CUDA{Home: "/c", Architectures: "75", Features: "-contrib", CUDNNHome: "/d"}))
}

func TestProvidersThatAreNotTestedAreSaid(t *testing.T) {
	t.Parallel()
	const where = ": CUDA and oneDNN are on linux/amd64, CoreML by ci/macos on a Mac"
	shown := with(t, func(_ context.Context, c *command.Command) error {
		got, err := c.TestedProviders("1.21.0")
		require.Empty(t, got)
		return err
	}, "CI=true", "ORT_TARGET=linux/arm64")
	require.Equal(t, "note: execution providers are not tested on linux/arm64"+where+"\n", shown)
	asked := plan.With(plan.CPU("1.21.0"), spec.Shared, spec.DNNL, spec.CUDA)
	asked.Platform.Arch = "arm64"
	require.Equal(t, "note: ORT_PROVIDERS=cuda,dnnl is not tested on linux/arm64"+where, command.Untested(asked))
}

func TestTestsOfProvidersAreToldWhatWasBuilt(t *testing.T) {
	t.Parallel()
	with(t, func(_ context.Context, c *command.Command) error {
		results := make([]plan.Result, 3)
		for i, dir := range []string{"/shared", "/static", "/loose"} {
			results[i].Entry = store.Entry{Dir: dir}
			results[i].Homes = plan.Homes{CUDA: cuda.Toolkit{Lib: "/cuda/lib"}}
		}
		env := c.ProviderEnv(results, "/linkers")
		require.Subset(t, env, []string{
			"ORT_TEST_SHARED_TREE=/shared", "ORT_TEST_STATIC_TREE=/static", "ORT_TEST_LIBRARY_PATH=/cuda/lib",
			"ORT_TEST_LOOSE=/loose/lib/libonnxruntime_provider_dnnl_loose.a",
		})
		require.Contains(t, strings.Join(env, "\n"), ":/linkers\n", "after the machine's own programs")
		require.NotContains(t, env, "LD_LIBRARY_PATH=/cuda/lib", "a program that needs no such library must run without it")
		return nil
	}, "PATH=/bin")
}

// What the variables say must be what was built: the kind of it, by which the last build is found, and its toolkit.
func TestTheSharedFormIsFoundByItsSettings(t *testing.T) {
	t.Parallel()
	with(t, func(_ context.Context, c *command.Command) error {
		env := run.Environ(c.SharedSettings("1.21.0", spec.DNNL, spec.CUDA))
		require.Subset(t, env, []string{"ORT_MIRROR=https://example.com", "CC=gcc-13"}, "what a person chose besides")
		require.NotContains(t, strings.Join(env, "\n"), "ORT_LIB_LOCATION", "the tests have their own")
		s, err := settings.Load(append(env, "HOME=/home"))
		require.NoError(t, err)
		require.Equal(t, settings.CUDA{Version: "12.4", Architectures: "90", Minimal: true}, s.CUDA)
		require.False(t, s.JSON)
		b := *c.Builder
		b.Settings = s
		got, err := b.Spec(b.Version())
		require.NoError(t, err)
		require.Equal(t, "1.21.0 linux/amd64 cpu+cuda+dnnl-minimal", got.String())
		return nil
	}, "CI=true", "ORT_VERSION=1.23.2", "ORT_PROVIDERS=cuda", "ORT_LINKING=static", "ORT_CUDA_FEATURES=-contrib", "ORT_JSON=1",
		"ORT_MIRROR=https://example.com", "CC=gcc-13", "ORT_LIB_LOCATION=/elsewhere/lib")
}

func TestLinkersAreNotProvidedWhereTheyAreAndSaidWhereTheyCannotBe(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	provide := func(_ context.Context, c *command.Command) error {
		folder, err := c.ProvideLinkers(t.Context())
		require.Empty(t, folder)
		return err
	}
	shown := with(t, provide, "PATH="+bin, "ORT_OFFLINE=1")
	require.Contains(t, shown, "lld and mold could not be provided: ORT_OFFLINE is set")
	for _, name := range []string{"ld.lld", "ld.mold"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), nil, 0o755))
	}
	require.Empty(t, with(t, provide, "PATH="+bin, "ORT_OFFLINE=1"))
}
