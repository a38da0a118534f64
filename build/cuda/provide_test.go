package cuda_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

type pinned = release.Pin

// wheel is a zip archive of files; those below bin/ may be executed.
func wheel(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for name, text := range files {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(0o644)
		if strings.Contains(name, "/bin/") {
			header.SetMode(0o744)
		}
		file, err := w.CreateHeader(header)
		require.NoError(t, err)
		_, err = file.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return buffer.Bytes()
}

// shelf has archives by the file names of their pins, and counts what is fetched.
type shelf struct {
	dir     string
	fetched []string
}

func (s *shelf) fetch(_ context.Context, pin release.Pin) (string, error) {
	s.fetched = append(s.fetched, pin.Name)
	path := filepath.Join(s.dir, pin.File())
	_, err := os.Stat(path)
	return path, err
}

// stock fills a shelf with a toolkit of a version in two wheels, and returns the data file.
func (s *shelf) stock(t *testing.T, version string) string {
	t.Helper()
	text := fmt.Sprintf("version = %q\norigin = \"pypi\"\ntake = [{ from = \"nvidia/cu\", to = \".\" }]\nprofile = \"TOP = x\\n\"\n", version)
	for name, files := range map[string]map[string]string{
		"nvcc":   {"nvidia/cu/bin/nvcc": version + "\n", "nvidia/cu/bin/nvcc.profile": "LD = y\n", "x.dist-info/RECORD": "r"},
		"cudart": {"nvidia/cu/include/cuda_runtime.h": "", "nvidia/cu/lib/libcudart.so.12": "elf", "nvidia/cu/lib/stubs/libcuda.so": ""},
	} {
		data := wheel(t, files)
		file := name + "-" + version + ".whl"
		write(t, s.dir, map[string]string{file: string(data)})
		text += fmt.Sprintf("[[part]]\nname = %q\nplatforms = [\"linux/amd64\"]\nminimal = true\npypi = \"x==1\"\nfile = %q\nsha256 = %q\nsize = %d\n",
			name, file, digest.OfBytes(data).Hex(), len(data))
	}
	return text
}

func TestAToolkitIsProvidedOnceAndMadeAnewWhenItIsDamaged(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	s := &shelf{dir: filepath.Join(root, "shelf")}
	require.NoError(t, f.SetSources(s.stock(t, "12.9")))
	f.Fetch = s.fetch
	want := minimalWant(t)
	want.Version = "12.9"
	var notes []string
	got, cudnn, err := f.Provide(t.Context(), want, func(line string) { notes = append(notes, line) })
	require.NoError(t, err)
	home := filepath.Join(f.Dir, "cuda-12.9-minimal")
	require.Equal(t, home, got.Home)
	require.Equal(t, cuda.PyPI, got.Origin)
	require.Empty(t, cudnn.Version)
	require.Len(t, s.fetched, 2)
	require.Contains(t, notes[0], "CUDA 12.9 is being provided")
	require.Contains(t, notes[1], "comes from the wheels of PyPI")

	info, err := os.Stat(got.NVCC)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o755), info.Mode().Perm(), "it can be executed")
	profile, err := os.ReadFile(filepath.Join(home, "bin", "nvcc.profile"))
	require.NoError(t, err)
	require.Equal(t, "TOP = x\n", string(profile))
	link, err := os.Readlink(filepath.Join(home, "lib", "libcudart.so"))
	require.NoError(t, err)
	require.Equal(t, "libcudart.so.12", link)
	require.Equal(t, filepath.Join(home, "lib64"), got.Lib)

	again, _, err := f.Provide(t.Context(), want, nil)
	require.NoError(t, err)
	require.Equal(t, got, again)
	require.Len(t, s.fetched, 2, "nothing is fetched again")

	for name, spoil := range map[string]func() error{
		"a part is removed": func() error { return os.Remove(filepath.Join(home, "lib", "stubs", "libcuda.so")) },
		"a part is cut":     func() error { return os.Truncate(filepath.Join(home, "lib", "libcudart.so.12"), 1) },
		"nvcc is another":   func() error { return os.WriteFile(got.NVCC, []byte("12.9 "), 0o755) },
		"there is no stamp": func() error { return os.Remove(filepath.Join(home, "stamp.json")) },
		"a link is removed": func() error { return os.Remove(filepath.Join(home, "lib", "libcudart.so")) },
	} {
		require.NoError(t, spoil())
		_, _, err = f.Find(t.Context(), want)
		require.ErrorContains(t, err, "no nvcc", name)
		before := len(s.fetched)
		_, _, err = f.Provide(t.Context(), want, nil)
		require.NoError(t, err, name)
		require.Len(t, s.fetched, before+2, name)
	}
}

func TestTheNextToolkitIsTriedWhenOneCannotBeHad(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	s := &shelf{dir: filepath.Join(root, "shelf")}
	other := &shelf{dir: filepath.Join(root, "nowhere")}
	require.NoError(t, f.SetSources(other.stock(t, "12.9"), s.stock(t, "13.0"), s.stock(t, "12.4")))
	f.Fetch = s.fetch
	left := filepath.Join(f.Dir, ".new-cuda-1")
	write(t, left, map[string]string{"x": ""})
	var notes []string
	got, _, err := f.Provide(t.Context(), minimalWant(t), func(line string) { notes = append(notes, line) })
	require.NoError(t, err)
	require.Equal(t, "13.0", got.Version.String())
	require.Contains(t, strings.Join(notes, "\n"), "providing CUDA 12.9 from the wheels of PyPI")
	require.NoDirExists(t, left, "what a run that was killed has left is removed")
	entries, err := filepath.Glob(filepath.Join(f.Dir, ".new-*"))
	require.NoError(t, err)
	require.Empty(t, entries, "nothing unfinished stays")
}

func TestWhatCannotBeProvidedIsToldWithItsReasons(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	s := &shelf{dir: filepath.Join(root, "shelf")}
	require.NoError(t, f.SetSources(s.stock(t, "12.9"), s.stock(t, "13.0"), s.stock(t, "12.4")))
	f.Fetch = func(_ context.Context, pin release.Pin) (string, error) {
		return "", errors.New("no network: " + pin.Name)
	}
	want := minimalWant(t)
	want.HostGCC = 15
	_, _, err := f.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "CUDA 12.9 cannot be provided: build with CUDA (CUDA 12.9): its nvcc takes GCC up to 14")
	require.ErrorContains(t, err, "providing CUDA 13.0 from the wheels of PyPI")
	require.ErrorContains(t, err, "no network")
	require.Contains(t, fault.Format(err), "next: install one and set ORT_CUDA_HOME")

	want = minimalWant(t)
	want.Minimal = false
	_, _, err = f.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "CUDA 12.4 cannot be provided: only for a minimal build, because it comes without cuDNN")

	want = minimalWant(t)
	want.Version = "12.8"
	_, _, err = f.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "for ONNX Runtime 1.23.2 there is 12.9, 13.0, 12.4")
	want.Line, want.Version = "1.21.0", "13.0"
	_, _, err = f.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "ONNX Runtime 1.21.0 is built with CUDA 12.4 and no other")

	f.CUDNNHome = filepath.Join(root, "nothing")
	want = minimalWant(t)
	want.Minimal = false
	_, _, err = f.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "use cuDNN", "before anything is fetched")
}

func TestAnArchiveThatIsNotThePinnedOneIsRefused(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	s := &shelf{dir: filepath.Join(root, "shelf")}
	require.NoError(t, f.SetSources(s.stock(t, "12.9")))
	write(t, s.dir, map[string]string{"nvcc-12.9.whl": string(wheel(t, map[string]string{"nvidia/cu/bin/nvcc": "12.9 "}))})
	f.Fetch = s.fetch
	want := minimalWant(t)
	want.Version = "12.9"
	_, _, err := f.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "the archive is not the pinned one")
	require.NoDirExists(t, filepath.Join(f.Dir, "cuda-12.9-minimal"))
}

func TestTheEndOfTheContextEndsTheWork(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	s := &shelf{dir: filepath.Join(root, "shelf")}
	require.NoError(t, f.SetSources(s.stock(t, "12.9")))
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stopped by the user")
	f.Fetch = func(context.Context, release.Pin) (string, error) {
		cancel(stop)
		return "", ctx.Err()
	}
	_, _, err := f.Provide(ctx, minimalWant(t), nil)
	require.ErrorIs(t, err, stop)
}

func TestOtherPinsMakeAnotherToolkit(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	s := &shelf{dir: filepath.Join(root, "shelf")}
	text := s.stock(t, "12.9")
	require.NoError(t, f.SetSources(text))
	f.Fetch = s.fetch
	want := minimalWant(t)
	want.Version = "12.9"
	_, _, err := f.Provide(t.Context(), want, nil)
	require.NoError(t, err)

	newer := *f
	newer.SetSystem(filepath.Join(root, "system"))
	require.NoError(t, newer.ReplaceSources(strings.Replace(text, "TOP = x", "TOP = z", 1)))
	_, _, err = newer.Find(t.Context(), want)
	require.ErrorContains(t, err, "no nvcc", "the toolkit of the older pins is not looked at")
	_, _, err = newer.Provide(t.Context(), want, nil)
	require.NoError(t, err)
	require.Len(t, s.fetched, 4)
}

func TestAToolkitThatIsWholeAndDoesNotFitIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	s := &shelf{dir: filepath.Join(root, "shelf")}
	require.NoError(t, f.SetSources(s.stock(t, "12.9")))
	f.Fetch = s.fetch
	want := minimalWant(t)
	want.Version = "12.9"
	got, _, err := f.Provide(t.Context(), want, nil)
	require.NoError(t, err)
	require.Len(t, s.fetched, 2)

	// As on a file system from which nothing may be started.
	f.Runner = &run.Recorder{Answer: func(context.Context, run.Cmd) error { return fs.ErrPermission }}
	_, _, err = f.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, got.Home)
	require.ErrorContains(t, err, "does not run")
	require.Len(t, s.fetched, 2, "the same files would come to the same")
	require.FileExists(t, got.NVCC)
}

func TestACUDNNThatWillNotDoIsRefusedBeforeAToolkitIsFetched(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	f.CUDNNHome = filepath.Join(root, "cudnn")
	write(t, f.CUDNNHome, map[string]string{"include/cudnn_version.h": cudnnHeader("9.10.0"), "include/cudnn.h": ""})
	for _, name := range cuda.CUDNNLibraries {
		library(t, filepath.Join(f.CUDNNHome, "lib", name), name, 0)
	}
	want := minimalWant(t)
	want.Version, want.Minimal = "13.0", false
	_, err := f.Offers(want)
	require.ErrorContains(t, err, "9.10.0")

	f.CUDNNHome = ""
	_, err = f.Offers(want)
	require.NoError(t, err)
}
