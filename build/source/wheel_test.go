package source_test

import (
	"archive/zip"
	"bytes"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source"
)

// withWheel adds to the fixture a dependency of the provider "cuda" that comes as a wheel with these files.
func withWheel(t *testing.T, tree files) source.Input {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range tree {
		entry, err := w.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(entry, content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())

	in := fixture(t)
	file := put(t, filepath.Join(t.TempDir(), "fe.whl"), out.Bytes())
	d := release.Dependency{
		Pin:     release.Pin{Name: "fe", SHA256: file.SHA256, PyPI: "fe==1.0", Wheel: "fe-1.0-py3-none-any.whl"},
		Subtree: "include", Into: "include",
	}
	in.Release.Additions = map[string]release.Addition{"cuda": {Uses: []string{"fe"}}}
	in.Release.Dependencies = append(in.Release.Dependencies, d)
	in.Additions = []string{"cuda"}
	in.Resolved = append(in.Resolved, d)
	in.Dependencies["fe"] = file
	in.Patches.(fstest.MapFS)["fe/1.21.0/overlay/CMakeLists.txt"] = &fstest.MapFile{Data: []byte("add_library(fe)\n")}
	return in
}

func TestAWheelBecomesATreeWithTheLicenceOfItsMetadata(t *testing.T) {
	t.Parallel()
	in := withWheel(t, files{
		"include/fe.h": "fe", "include/other/LICENSE.MIT": "another's", "fe/__init__.py": "import this",
		"fe-1.0.dist-info/METADATA": "Name: fe", "fe-1.0.dist-info/LICENSE.txt": "MIT",
		"fe-1.0.dist-info/licenses/NOTICE": "see", "fe-1.0.dist-info/licenses/x/NOTICE": "no",
	})
	tree, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, files{
		"fe/CMakeLists.txt": "add_library(fe)\n", "fe/include/fe.h": "fe", "fe/include/other/LICENSE.MIT": "another's",
	}, readTar(t, filepath.Join(tree.Archives, "fe.tar")))
	require.Equal(t, []string{"LICENSE.txt", "NOTICE"}, tree.Licenses["fe"])
	require.Equal(t, "MIT", read(t, tree.LicenseDir)["fe/LICENSE.txt"])
}

func TestAWheelWithoutALicenceIsRefused(t *testing.T) {
	t.Parallel()
	in := withWheel(t, files{"include/fe.h": "fe", "fe-1.0.dist-info/METADATA": "Name: fe"})
	_, err := source.Prepare(t.Context(), in)
	require.ErrorContains(t, err, "dependency fe")
	require.ErrorContains(t, err, "no licence file found")
}

// The key of a CPU build must not change with what a provider needs, and that of a provider's build must.
func TestFactsNameWhatAProviderAddsOnlyForABuildWithIt(t *testing.T) {
	t.Parallel()
	in := withWheel(t, files{"include/fe.h": "fe"})
	with, err := source.Facts(t.Context(), in)
	require.NoError(t, err)
	in.Additions = nil
	without, err := source.Facts(t.Context(), in)
	require.NoError(t, err)
	added := slices.DeleteFunc(with, func(fact string) bool { return slices.Contains(without, fact) })
	require.Len(t, added, 2)
	require.True(t, strings.HasPrefix(added[0], "dependency fe sha256:"), added[0])
	require.True(t, strings.HasPrefix(added[1], "patch fe/1.21.0/overlay/CMakeLists.txt "), added[1])
}
