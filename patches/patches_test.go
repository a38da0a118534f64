package patches_test

import (
	"flag"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/patch"
	"github.com/onnxruntime-builder/onnxruntime-builder/patches"
)

// sources lets a person try the patches on real trees: a folder <sources>/<component>/<release> for each.
var sources = flag.String("sources", "", "folder with source trees, <component>/<release>, to patch in place")

// folders returns every "<component>/<release>".
func folders(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(patches.FS, "*/*")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	return names
}

func TestEveryPatchParsesAndSaysWhyAndUntilWhen(t *testing.T) {
	t.Parallel()
	for _, folder := range folders(t) {
		component, version := path.Split(folder)
		names, err := patch.List(patches.FS, path.Clean(component), version)
		require.NoError(t, err)
		for _, name := range names {
			text, err := fs.ReadFile(patches.FS, name)
			require.NoError(t, err)
			p, err := patch.Parse(name, string(text)) // checks that the header is whole
			require.NoError(t, err)
			for _, file := range p.Files() {
				require.True(t, filepath.IsLocal(file), "%s: %s", name, file)
			}
			for line := range strings.Lines(string(text)) {
				require.NotContains(t, line, "\r", name)
			}
		}
	}
}

func TestEveryPatchIsForAComponentOfARelease(t *testing.T) {
	t.Parallel()
	for _, folder := range folders(t) {
		component, version := path.Split(folder)
		component = path.Clean(component)
		r, err := release.Load(version)
		require.NoError(t, err, "a release that is gone leaves its patches behind: %s", folder)
		require.True(t, component == "onnxruntime" || slices.Contains(r.UsesFor(slices.Collect(maps.Keys(r.Additions))...), component), folder)
	}
}

func TestPatchesApplyToRealTrees(t *testing.T) {
	t.Parallel()
	if *sources == "" {
		t.Skip("no -sources")
	}
	for _, folder := range folders(t) {
		component, version := path.Split(folder)
		names, err := patch.List(patches.FS, path.Clean(component), version)
		require.NoError(t, err)
		for _, name := range names {
			applied, err := patch.Apply(patches.FS, name, filepath.Join(*sources, filepath.FromSlash(folder)))
			require.NoError(t, err)
			t.Log(name, applied.Files)
		}
	}
}
