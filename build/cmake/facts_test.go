package cmake_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestFactsNameNoMachineAndSeeEveryChange(t *testing.T) {
	t.Parallel()
	o := cmake.Options{Spec: spec.Spec{Platform: spec.Platform{OS: "linux", Arch: "amd64"}}}
	here, err := cmake.Facts(o)
	require.NoError(t, err)

	elsewhere := o
	elsewhere.Source, elsewhere.Build = "/home/somebody/src", "/home/somebody/b"
	elsewhere.Tools = cmake.Tools{CMake: "/x/cmake", CXX: "/x/g++", Launcher: "/x/ccache"}
	same, err := cmake.Facts(elsewhere)
	require.NoError(t, err)
	require.Equal(t, here, same)

	excluded := o
	excluded.Release = release.Release{UnityExclusions: map[string][]string{"onnx": {"defs/schema.cc"}}}
	changed, err := cmake.Facts(excluded)
	require.NoError(t, err)
	require.NotEqual(t, here, changed)
}
