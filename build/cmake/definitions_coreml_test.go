package cmake_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func withCoreML(version string) cmake.Options {
	o := options(version, "darwin/arm64")
	o.Spec.Providers = append(o.Spec.Providers, spec.CoreML)
	return o
}

func TestConfigureCommandsWithCoreML(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.21.0", "1.23.2"} {
		text := lines(cmake.ConfigureCommand(withCoreML(version)))
		testkit.Golden(t, "configure/darwin-arm64_to_darwin-arm64_coreml_"+version, text)
		require.Contains(t, text, "\n-DCMAKE_OSX_DEPLOYMENT_TARGET="+platform.MacOSFloor+"\n", "what the audit checks")
		cpu := lines(cmake.ConfigureCommand(options(version, "darwin/arm64")))
		require.Equal(t, cpu, strings.Replace(text, "-Donnxruntime_USE_COREML=ON\n", "", 1))
	}
}

// Its provider is a part of the archive in one form only: nothing is isolated, and no table of providers names it.
func TestCoreMLIsPartOfTheCore(t *testing.T) {
	t.Parallel()
	s := withCoreML("1.23.2").Spec
	require.Empty(t, cmake.ModuleTargets(s))
	roots, cpu := cmake.Roots(s), cmake.Roots(options("1.23.2", "darwin/arm64").Spec)
	require.Equal(t, slices.Concat(cpu, []string{"onnxruntime_providers_coreml", "coreml_proto"}), roots)
	require.Contains(t, roots, cmake.NoProviders)
}
