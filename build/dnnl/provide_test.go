package dnnl_test

import (
	"archive/zip"
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/dnnl"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

var amd64 = spec.Platform{OS: "linux", Arch: "amd64"}

// wheels are two wheels as the real ones are laid out, and a fetch that counts.
type wheels struct {
	library, headers release.Pin
	paths            map[string]string
	fetched          int
}

func (w *wheels) fetch(_ context.Context, pin release.Pin) (string, error) {
	w.fetched++
	return w.paths[pin.Name], nil
}

func (w *wheels) provide(t *testing.T, dir string) (dnnl.Home, error) {
	t.Helper()
	return dnnl.ProvideFrom(t.Context(), "3.2.0", w.library, w.headers, w.fetch, dir)
}

func newWheels(t *testing.T, header string, doc ...string) *wheels {
	t.Helper()
	so := filepath.Join(t.TempDir(), dnnl.Soname)
	library(t, so, dnnl.Soname, commit)
	text, err := os.ReadFile(so)
	require.NoError(t, err)
	lib := map[string]string{"a-1.dist-info/METADATA": "x", "a-1.data/data/share/doc/onednn/README": "x"}
	for _, name := range []string{"libdnnl.so", "libdnnl.so.3", "libdnnl.so.3.2"} {
		lib["a-1.data/data/lib/"+name] = string(text)
	}
	for _, name := range doc {
		lib["a-1.data/data/share/doc/onednn/"+name] = name
	}
	w := &wheels{paths: map[string]string{}}
	for pin, files := range map[*release.Pin]map[string]string{
		&w.library: lib,
		&w.headers: {
			"b-1.data/data/include/dnnl.hpp": "", "b-1.data/data/include/oneapi/dnnl/dnnl_version.h": header,
			"b-1.data/data/lib/cmake/dnnl/dnnl-config.cmake": "x", "b-1.dist-info/METADATA": "x",
		},
	} {
		path := filepath.Join(t.TempDir(), "a.whl")
		zipTo(t, path, files)
		sum, _, err := digest.OfFile(path)
		require.NoError(t, err)
		*pin = release.Pin{Name: sum.Hex(), SHA256: sum}
		w.paths[pin.Name] = path
	}
	return w
}

func zipTo(t *testing.T, path string, files map[string]string) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	archive := zip.NewWriter(f)
	for name, text := range files {
		entry, err := archive.Create(name)
		require.NoError(t, err)
		_, err = entry.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
}

func TestProvideMakesAHomeOnce(t *testing.T) {
	t.Parallel()
	w := newWheels(t, versionHeader(3, commit), "LICENSE", "THIRD-PARTY-PROGRAMS")
	dir := filepath.Join(t.TempDir(), "my homes")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, ".new-killed"), 0o755))
	h, err := w.provide(t, dir)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "onednn-3.2.0"), h.Dir)
	require.Equal(t, "3.2.0", h.Version)
	require.Equal(t, []string{
		filepath.Join(h.Dir, "share/doc/onednn/LICENSE"), filepath.Join(h.Dir, "share/doc/onednn/THIRD-PARTY-PROGRAMS"),
	}, h.Notices)
	target, err := os.Readlink(filepath.Join(h.Dir, "lib/libdnnl.so"))
	require.NoError(t, err)
	require.Equal(t, dnnl.Soname, target)
	entries, err := os.ReadDir(filepath.Join(h.Dir, "lib"))
	require.NoError(t, err)
	require.Len(t, entries, 2, "one library and a link")
	require.NoDirExists(t, filepath.Join(dir, ".new-killed"))

	again, err := w.provide(t, dir)
	require.NoError(t, err)
	require.Equal(t, h, again)
	require.Equal(t, 2, w.fetched)
	found, err := dnnl.Find(spec.Host(), h.Dir)
	require.NoError(t, err)
	require.Equal(t, h, found)
}

func TestAHomeThatIsNotAsItWasMadeIsMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWheels(t, versionHeader(3, commit), "LICENSE", "THIRD-PARTY-PROGRAMS")
	dir := t.TempDir()
	h, err := w.provide(t, dir)
	require.NoError(t, err)
	for i, spoil := range []func() error{
		func() error { return os.Remove(filepath.Join(h.Dir, "stamp.json")) },
		func() error { return os.WriteFile(h.Library, []byte("text"), 0o600) },
		func() error { return appendTo(h.Library) },
		func() error { w.headers.SHA256 = digest.OfBytes(nil); return nil }, // another release of ours pins other wheels
	} {
		require.NoError(t, spoil())
		again, err := w.provide(t, dir)
		require.NoError(t, err)
		require.Equal(t, h, again)
		require.Equal(t, 2*(i+2), w.fetched)
	}
}

func appendTo(path string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString("x")
	return errors.Join(err, f.Close())
}

func TestNothingIsLeftWhereTheWheelsAreOfNoUse(t *testing.T) {
	t.Parallel()
	old := newWheels(t, versionHeader(2, commit), "LICENSE", "THIRD-PARTY-PROGRAMS")
	mixed := newWheels(t, versionHeader(3, other), "LICENSE", "THIRD-PARTY-PROGRAMS")
	bare := newWheels(t, versionHeader(3, commit), "LICENSE")
	for want, w := range map[string]*wheels{"oneDNN 2.2.0": old, "is of another": mixed, "have no licence": bare} {
		dir := t.TempDir()
		_, err := w.provide(t, dir)
		require.ErrorContains(t, err, want)
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, entries, 1, "the lock alone")
	}
	broken := errors.New("no network")
	_, err := dnnl.Provide(t.Context(), amd64, func(context.Context, release.Pin) (string, error) { return "", broken }, t.TempDir())
	require.ErrorIs(t, err, broken)
}

func TestOnlyOnePlatformHasWheels(t *testing.T) {
	t.Parallel()
	pins := dnnl.Pins(amd64)
	require.Len(t, pins, 2)
	for _, pin := range pins {
		require.NotEmpty(t, pin.PyPI)
		require.Equal(t, pin.Wheel, pin.File())
		require.False(t, pin.SHA256.IsZero())
		require.Positive(t, pin.Size)
	}
	for _, platform := range []spec.Platform{{OS: "linux", Arch: "arm64"}, {OS: "darwin", Arch: "arm64"}} {
		require.Empty(t, dnnl.Pins(platform))
		_, err := dnnl.Provide(t.Context(), platform, nil, t.TempDir())
		require.ErrorIs(t, err, dnnl.ErrPlatform)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Contains(t, f.Hint, "ORT_DNNL_HOME")
		_, err = dnnl.Provided(platform, t.TempDir())
		require.ErrorIs(t, err, dnnl.ErrPlatform)
	}
	_, err := dnnl.Provided(amd64, t.TempDir())
	require.ErrorIs(t, err, fs.ErrNotExist)
}

var forReal = flag.Bool("real", false, "download the wheels of oneDNN (39 MB) through this machine's pip")

func TestProvideForReal(t *testing.T) {
	t.Parallel()
	if !*forReal {
		t.Skip("it needs a network: run it by hand with -args -real")
	}
	client := &fetch.Client{Dir: t.TempDir(), PyPI: func(ctx context.Context) (pypi.Client, error) {
		return pypi.Discover(ctx, &run.Exec{Env: os.Environ(), Log: t.Output()}, t.TempDir(), nil)
	}}
	h, err := dnnl.Provide(t.Context(), amd64, func(ctx context.Context, pin release.Pin) (string, error) {
		require.NoError(t, client.Reach(ctx, pin))
		file, err := client.Fetch(ctx, pin, func(done, total int64) { t.Log(pin, done, total) })
		return file.Path, err
	}, t.TempDir())
	require.NoError(t, err)
	require.Equal(t, "3.2.0", h.Version)
	require.Len(t, h.Notices, 2)
	t.Log(h, h.SHA256)
}
