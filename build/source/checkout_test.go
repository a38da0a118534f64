package source_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source"
)

// checkout makes a checkout of the fixture's sources, with what belongs to git and to builds.
func checkout(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "my checkout")
	tree := maps.Clone(ortTree)
	maps.Copy(tree, files{
		"VERSION_NUMBER": "1.21.9\n", ".git/HEAD": "x", "build/Linux/a.o": "x", "out/CMakeCache.txt": "x", "out/a.o": "x",
		"cmake/external/onnx/.git": "gitdir: x", "onnxruntime/build/kept.py": "x", "link": "link:src/core.cc",
		"leads/out": "link:../../elsewhere", "leads/far": "link:/etc/passwd",
	})
	for name, content := range tree {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if link, ok := strings.CutPrefix(content, "link:"); ok {
			require.NoError(t, os.Symlink(link, path))
			continue
		}
		mode := os.FileMode(0o600)
		if after, ok := strings.CutPrefix(content, "exec:"); ok {
			content, mode = after, 0o700
		}
		require.NoError(t, os.WriteFile(path, []byte(content), mode))
	}
	return dir
}

func TestACheckoutIsCopiedPatchedAndNotTouched(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	in.Checkout = checkout(t)
	before := read(t, in.Checkout)
	tree, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, before, read(t, in.Checkout))

	got := read(t, tree.Root)
	require.Contains(t, got["cmake/deps.txt"], tree.Archives)
	delete(got, "cmake/deps.txt")
	require.Equal(t, files{
		"VERSION_NUMBER": "1.21.9\n", "LICENSE": "MIT", "src/core.cc": "int core = 42;\n", "build.sh": "exec:#!/bin/sh\n",
		"cmake/CMakeLists.txt": "project(onnxruntime)\n", "onnxruntime/build/kept.py": "x", "link": "link:src/core.cc",
	}, got)

	pins, err := source.Deps(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, pins, 3)
}

func TestACheckoutBehindALinkIsTheCheckout(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	in.Checkout = checkout(t)
	plain, err := source.Facts(t.Context(), in)
	require.NoError(t, err)
	before := read(t, in.Checkout)

	link := filepath.Join(t.TempDir(), "current")
	require.NoError(t, os.Symlink(in.Checkout, link))
	in.Checkout = link
	linked, err := source.Facts(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, plain, linked)
	tree, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, "int core = 42;\n", read(t, tree.Root)["src/core.cc"], "the copy is patched")
	require.Equal(t, before, read(t, link+"/"), "and the checkout is not")

	in.Dir = filepath.Join(link, "cache")
	_, err = source.Prepare(t.Context(), in)
	require.ErrorContains(t, err, "inside the checkout")
}

func TestACheckoutThatIsEditedMeanwhileIsRefused(t *testing.T) {
	t.Parallel()
	edit := func(dir string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "src/other.cc"), []byte("int other;\n"), 0o600))
	}
	requireChanged := func(in source.Input) {
		t.Helper()
		_, err := source.Prepare(t.Context(), in)
		require.ErrorContains(t, err, "has changed since the build began")
		require.Contains(t, fault.Format(err), "next: run the same command again")
		require.NoDirExists(t, in.Dir)
	}
	before := fixture(t)
	before.Checkout = checkout(t)
	var err error
	before.Facts, err = source.Facts(t.Context(), before)
	require.NoError(t, err)
	edit(before.Checkout)
	requireChanged(before)

	during := fixture(t)
	during.Checkout = checkout(t)
	during.Patches = watched{during.Patches, func() { edit(during.Checkout) }} // read after the digest, before the copy
	requireChanged(during)
}

// watched calls a function when a file is opened.
type watched struct {
	fs.FS

	opened func()
}

func (w watched) Open(name string) (fs.File, error) {
	w.opened()
	return w.FS.Open(name)
}

func TestTheFactsOfACheckoutFollowItsContent(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	in.Checkout = checkout(t)
	facts := func() string {
		lines, err := source.Facts(t.Context(), in)
		require.NoError(t, err)
		return lines[1]
	}
	first := facts()
	require.Contains(t, first, "source checkout for 1.21.0 sha256:")
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(in.Checkout, name), []byte(content), 0o600))
	}
	write("build/Linux/a.o", "other")
	write(".git/HEAD", "other")
	require.Equal(t, first, facts(), "neither git's files nor built ones count")
	write("src/core.cc", "int core = 2;\n")
	second := facts()
	require.NotEqual(t, first, second)
	require.NoError(t, os.Chmod(filepath.Join(in.Checkout, "src/core.cc"), 0o700))
	require.NotEqual(t, second, facts(), "the executable bit counts")
}

func TestACheckoutThatIsNoneIsExplained(t *testing.T) {
	t.Parallel()
	requireHint := func(err error, want string) {
		t.Helper()
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Contains(t, f.Hint, "ORT_SOURCE_DIR")
		require.ErrorContains(t, err, want)
	}
	in := fixture(t)
	in.Checkout = t.TempDir()
	_, err := source.Prepare(t.Context(), in)
	requireHint(err, "VERSION_NUMBER")
	_, err = source.Facts(t.Context(), in)
	requireHint(err, "VERSION_NUMBER")

	in.Checkout = checkout(t)
	require.NoError(t, os.Remove(filepath.Join(in.Checkout, "cmake/deps.txt")))
	_, err = source.Deps(t.Context(), in)
	requireHint(err, "deps.txt")

	in.Checkout = checkout(t)
	in.Dir = filepath.Join(in.Checkout, "cache")
	_, err = source.Prepare(t.Context(), in)
	requireHint(err, "inside the checkout")
}

func TestCheckoutVersionReadsTheVersion(t *testing.T) {
	t.Parallel()
	version, err := source.CheckoutVersion(checkout(t))
	require.NoError(t, err)
	require.Equal(t, "1.21.9", version)
}
