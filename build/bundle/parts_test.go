package bundle_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bundle"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

func TestNamesOfLibrariesAreFoundInData(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"\x00libcuda.so.1\x00x": {"libcuda.so.1"},
		"libnvrtc.so.%d":        {"libnvrtc.so.%d"},
		"cannot open libnvrtc-builtins.so.13.0. Is it there?": {"libnvrtc-builtins.so.13.0"},
		"libcudnn_ops.so libstdc++.so.6":                      {"libcudnn_ops.so", "libstdc++.so.6"},
		"also.so libx.sound lib.c":                            nil,
		strings.Repeat("x", 1000) + "libtoolong.so":           nil,
		"/opt/lib/libdnnl.so.3":                               {"libdnnl.so.3"},
	} {
		got, err := bundle.ScanNames(strings.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
}

func TestANameOnTheBorderOfTwoChunksIsFoundWhole(t *testing.T) {
	t.Parallel()
	for shift := -30; shift < 30; shift++ {
		text := strings.Repeat("\x00", 4<<20+shift) + "libcublasLt.so.13" + strings.Repeat("\x00", 5<<20)
		got, err := bundle.ScanNames(strings.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, []string{"libcublasLt.so.13"}, got, shift)
	}
}

func TestARunPathIsWrittenOverOrLeftToPatchelf(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	set := func(r run.Runner, patchelf, name string) error {
		return bundle.SetRunPath(t.Context(), r, patchelf, toy.path(name), "$ORIGIN")
	}
	toy.compile("rpath.so", "int f(void) { return 0; }", "-shared", "-fPIC", "-Wl,--disable-new-dtags", longRunPath)
	require.NoError(t, set(nil, "", "rpath.so"))
	rpath, runpath, err := bundle.RunPaths(toy.path("rpath.so"))
	require.NoError(t, err)
	require.Empty(t, rpath, "it would count for others")
	require.Equal(t, []string{"$ORIGIN"}, runpath)
	require.NoError(t, set(nil, "", "rpath.so"), "a path that is right needs nothing")

	// Linkers may keep the name of the function in the end of the path.
	toy.compile("shared.so", "int lib(void) { return 0; }", "-shared", "-fPIC", "-Wl,-O2", "-Wl,-rpath,/a/long/folder/lib")
	toy.compile("none.so", "int f(void) { return 0; }", "-shared", "-fPIC")
	toy.compile("short.so", "int f(void) { return 0; }", "-shared", "-fPIC", "-Wl,-rpath,/a")
	for _, name := range []string{"shared.so", "none.so", "short.so"} {
		before, err := os.ReadFile(toy.path(name))
		require.NoError(t, err)
		require.Contains(t, fault.Format(set(nil, "", name)),
			"next: install patchelf, or link the file with -Wl,-rpath,'$ORIGIN'")
		recorder := &run.Recorder{}
		require.ErrorContains(t, set(recorder, "patchelf", name), "after it was set", "the recorder changes nothing")
		require.Equal(t, []string{"--set-rpath", "$ORIGIN", toy.path(name)}, recorder.Commands()[0].Args)
		after, err := os.ReadFile(toy.path(name))
		require.NoError(t, err)
		require.Equal(t, before, after)
	}
}

func TestPackingGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	m := toy.bundled()
	dir := toy.path("out/bundle")
	for suffix, open := range map[string]func(io.Reader) (io.Reader, error){
		".tar.gz":  func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		".tar.zst": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		var packed [2][]byte
		for i, name := range []string{"one", "two"} {
			file := toy.path(name + suffix)
			require.NoError(t, os.Chtimes(filepath.Join(dir, "NOTICE"), testTime(i), testTime(i)))
			require.NoError(t, bundle.Pack(t.Context(), dir, file))
			var err error
			packed[i], err = os.ReadFile(file)
			require.NoError(t, err)
		}
		require.Equal(t, packed[0], packed[1])
		plain, err := open(bytes.NewReader(packed[0]))
		require.NoError(t, err)
		archive := tar.NewReader(plain)
		modes := map[string]int64{}
		for {
			header, err := archive.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			modes[header.Name] = header.Mode
		}
		require.EqualValues(t, 0o755, modes["bundle/bin/program"])
		require.EqualValues(t, 0o644, modes["bundle/manifest.json"])
		require.EqualValues(t, 0o755, modes["bundle/LICENSES/onnxruntime/"])
		for _, file := range m.Files {
			require.Contains(t, modes, "bundle/"+file.Path)
		}
	}
	require.ErrorContains(t, bundle.Pack(t.Context(), dir, toy.path("x.zip")), "kind of archive")
	require.NoFileExists(t, toy.path("x.zip"))
}

func testTime(i int) time.Time { return time.Unix(int64(i)*1000, 0) }
