package plan_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/dnnl"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// amd64 is a build with some providers for the platform for which everything can be provided.
func amd64(providers ...spec.Provider) spec.Spec {
	s := plan.With(plan.CPU("1.23.2"), spec.Shared, providers...)
	s.Platform = spec.Platform{OS: "linux", Arch: "amd64"}
	return s
}

func TestWhatProvidersAreMadeWithIsFetchedWhereItIsProvided(t *testing.T) {
	t.Parallel()
	wheels := dnnl.Pins(amd64().Platform)
	require.Len(t, wheels, 2)
	archs, err := cuda.ParseArchitectures(cuda.DefaultArchitectures)
	require.NoError(t, err)
	pins := func(minimal bool) []release.Pin {
		finder := &cuda.Finder{Platform: amd64().Platform}
		offers, err := finder.Offers(cuda.Want{Line: "1.23.2", Version: "12.9", Architectures: archs, Minimal: minimal})
		require.NoError(t, err)
		require.Len(t, offers, 1)
		return offers[0].Pins
	}
	toolkit, small := pins(false), pins(true)
	require.Less(t, len(small), len(toolkit))
	for name, c := range map[string]struct {
		spec   spec.Spec
		change func(*settings.Settings)
		want   []release.Pin
		note   string
	}{
		"the CPU alone":         {spec: amd64()},
		"oneDNN":                {spec: amd64(spec.DNNL), want: wheels},
		"oneDNN of the machine": {spec: amd64(spec.DNNL), change: func(s *settings.Settings) { s.DNNLHome = "/dnnl" }},
		"CUDA without a version": {
			spec: amd64(spec.CUDA),
			note: "note: set ORT_CUDA_VERSION, for example to 12.9, to fetch the CUDA toolkit too\n",
		},
		"CUDA": {spec: amd64(spec.CUDA), change: func(s *settings.Settings) { s.CUDA.Version = "12.9" }, want: toolkit},
		"CUDA and oneDNN": {
			spec: amd64(spec.CUDA, spec.DNNL), change: func(s *settings.Settings) { s.CUDA.Version = "12.9" },
			want: append(append([]release.Pin{}, wheels...), toolkit...),
		},
		"a minimal build": {
			spec: amd64(spec.CUDA), want: small,
			change: func(s *settings.Settings) { s.CUDA.Version, s.CUDA.Minimal = "12.9", true },
		},
		"CUDA of the machine": {
			spec: amd64(spec.CUDA), change: func(s *settings.Settings) { s.CUDA.Version, s.CUDA.Home = "12.9", "/cuda" },
		},
		"a version that cannot be provided": {
			spec: amd64(spec.CUDA), change: func(s *settings.Settings) { s.CUDA.Version = "12.8" },
			note: "note: CUDA 12.8 is left out, the machine that builds must have it: ",
		},
	} {
		b, shown := newBuilder(t, c.change)
		pins, err := b.HomePins(c.spec)
		require.NoError(t, err, name)
		require.Equal(t, c.want, pins, name)
		if c.note == "" {
			require.Empty(t, shown.String(), name)
		}
		require.Contains(t, shown.String(), c.note, name)
	}
	b, _ := newBuilder(t, func(s *settings.Settings) { s.CUDA.Version = "13" })
	_, err = b.HomePins(amd64(spec.CUDA))
	require.ErrorContains(t, err, "not of the form 12.9")
	b.Settings.CUDA.Version = "12.6"
	_, err = b.HomePins(amd64(spec.CUDA))
	require.ErrorContains(t, err, "ONNX Runtime 1.23.2 is built with CUDA 12.4, 12.8, 12.9, 13.0 and no other")
}

func TestAMirrorServesWhatProvidersAreMadeWith(t *testing.T) {
	t.Parallel()
	mirror := t.TempDir()
	b, _ := newBuilder(t, func(s *settings.Settings) { s.Mirror = mirror })
	content := tarball(t, "onnxruntime/cmake/deps.txt", "# none\n")
	pin := release.Pin{Name: "onnxruntime", SHA256: digest.OfBytes(content), URLs: []string{"https://example.org/onnxruntime.tar"}}
	b.Releases = func(string) (release.Release, error) { return release.Release{Version: "1.23.2", Source: pin}, nil }
	require.NoError(t, os.WriteFile(filepath.Join(mirror, pin.File()), content, 0o600))
	fetch := func() ([]release.Pin, error) {
		pins, files, err := b.FetchInputs(t.Context(), amd64(spec.DNNL), func(int64, int64) {})
		require.Len(t, files, len(pins))
		return pins, err
	}
	wheels := dnnl.Pins(amd64().Platform)
	_, err := fetch()
	for _, wheel := range wheels {
		require.ErrorContains(t, err, wheel.File(), "all that is missing is named at once")
		require.NoError(t, os.WriteFile(filepath.Join(mirror, wheel.File()), []byte("x"), 0o600))
	}
	_, err = fetch()
	require.ErrorContains(t, err, ".whl: not the pinned file", "the mirror was asked")

	b.Settings.DNNLHome = "/dnnl"
	pins, err := fetch()
	require.NoError(t, err)
	require.Equal(t, []release.Pin{pin}, pins)
}

// toolkit returns the home of CUDA 12.9 for a minimal build, and the runner that makes it answer.
func toolkit(t *testing.T) (home string, runner run.Runner) {
	t.Helper()
	home = t.TempDir()
	for _, name := range []string{"bin/nvcc", "include/cuda_runtime.h", "lib64/libcudart.so"} {
		require.NoError(t, os.MkdirAll(filepath.Join(home, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(home, name), nil, 0o755))
	}
	return home, &run.Recorder{Answer: func(_ context.Context, c run.Cmd) error {
		text := map[string]string{
			"--version":       "release 12.9, V12.9.86",
			"--list-gpu-arch": "compute_90\ncompute_120", "--list-gpu-code": "sm_90\nsm_120",
		}
		if filepath.Dir(filepath.Dir(c.Path)) == home { // a toolkit of this machine does not answer
			fmt.Fprintln(c.Stdout, text[c.Args[0]])
		}
		return nil
	}}
}

func TestTheDoctorTellsWhatProvidersAreMadeWith(t *testing.T) {
	t.Parallel()
	home, runner := toolkit(t)
	examine := func(change func(*settings.Settings), providers ...spec.Provider) (rows []toolchain.Finding) {
		b, _ := newBuilder(t, change)
		b.Runner = runner
		findings, err := b.ExamineHomes(t.Context(), amd64(providers...))
		require.NoError(t, err)
		folders, err := os.ReadDir(filepath.Join(b.Settings.Home, "tools"))
		require.True(t, os.IsNotExist(err) || len(folders) <= 1, "nothing is provided: %v", folders)
		return findings
	}
	online := func(s *settings.Settings) { s.Offline = false }
	require.Empty(t, examine(nil))

	rows := examine(func(s *settings.Settings) { s.CUDA.Home, s.CUDA.Minimal = home, true }, spec.CUDA)
	require.Equal(t, []toolchain.Finding{{Name: "cuda", State: toolchain.OK, Version: "12.9.86", Path: home}}, rows)

	rows = examine(func(s *settings.Settings) { s.CUDA.Home = t.TempDir() }, spec.CUDA)
	require.Len(t, rows, 1)
	require.Equal(t, toolchain.Unfit, rows[0].State)
	require.True(t, rows[0].Blocks)
	require.Contains(t, rows[0].Detail, "it has no bin/nvcc")
	require.Equal(t, "set ORT_CUDA_HOME to another folder, or unset it", rows[0].Mend)

	rows = examine(online, spec.CUDA, spec.DNNL)
	require.Len(t, rows, 3)
	for i, want := range []string{
		"cuda: nothing: a build provides CUDA 12.9 from NVIDIA's redist",
		"cudnn: nothing: a build provides it with CUDA 12.9 ",
		"dnnl: nothing: a build provides oneDNN from the wheels of PyPI, 39 MB ",
	} {
		require.Equal(t, toolchain.Lacking, rows[i].State)
		require.False(t, rows[i].Blocks)
		require.Contains(t, rows[i].Name+": "+rows[i].Mend, want)
	}

	rows = examine(nil, spec.CUDA, spec.DNNL)
	require.Len(t, rows, 3)
	for _, row := range rows {
		require.True(t, row.Blocks, "there is no network")
		require.Contains(t, row.Mend, "unset ORT_OFFLINE once")
	}

	rows = examine(func(s *settings.Settings) { s.CUDA.Version, s.DNNLHome = "12.8", home }, spec.CUDA, spec.DNNL)
	require.Len(t, rows, 2)
	require.Contains(t, rows[0].Detail, "for ONNX Runtime 1.23.2 there is 12.9, 13.0, 12.4")
	require.Contains(t, rows[0].Mend, "ORT_CUDA_VERSION")
	require.Contains(t, rows[1].Detail, "it has no headers")
	require.Contains(t, rows[1].Mend, "ORT_DNNL_HOME")
}

func TestWhatTheLastBuildWasMadeWithIsFoundAgain(t *testing.T) {
	t.Parallel()
	home, runner := toolkit(t)
	s := amd64(spec.CUDA)
	s.GPU.Minimal = true
	homes := func(s spec.Spec, made string, change func(*settings.Settings)) (plan.Homes, error) {
		key, err := store.NewKey(1, []store.Fact{
			{Group: "spec", Name: "version", Value: "1.23.2"}, {Group: "home", Name: "cuda", Value: made},
		})
		require.NoError(t, err)
		b, _ := newBuilder(t, change)
		b.Runner = runner
		found, err := b.Homes(t.Context(), s, store.Entry{Key: key, Dir: "/entry"})
		require.NoDirExists(t, filepath.Join(b.Settings.Home, "tools"), "nothing is provided")
		return found, err
	}
	found, err := homes(s, "12.9.86", func(s *settings.Settings) { s.CUDA.Home = home })
	require.NoError(t, err)
	require.Equal(t, home, found.CUDA.Home)

	found, err = homes(s, "12.9.86", func(s *settings.Settings) {
		s.CUDA = settings.CUDA{Home: home, Version: "13.0", Architectures: "75", Features: "-none"}
	})
	require.NoError(t, err, "what is built next does not matter")
	require.Equal(t, home, found.CUDA.Home)

	archive := filepath.Join(home, "lib64", "libcudart_static.a")
	require.NoError(t, os.WriteFile(archive, []byte("x"), 0o600))
	_, err = homes(s, "12.9.86", func(s *settings.Settings) { s.CUDA.Home = home })
	require.ErrorContains(t, err, "it was made with cuda 12.9.86, and here is cuda 12.9.86, cuda runtime sha256:")
	require.NoError(t, os.Remove(archive))

	_, err = homes(s, "12.9.99", func(s *settings.Settings) { s.CUDA.Home = home })
	require.ErrorContains(t, err, "(/entry): it was made with cuda 12.9.99, and here is cuda 12.9.86")

	online := func(s *settings.Settings) { s.Offline = false }
	for name, s := range map[string]spec.Spec{"find a CUDA toolkit": s, "onednn": amd64(spec.DNNL)} {
		_, err = homes(s, "12.9.86", online)
		require.ErrorContains(t, err, "find what the last build was made with (/entry): ")
		require.ErrorContains(t, err, name)
		require.Contains(t, fault.Format(err), "next: set ORT_CUDA_HOME, ORT_CUDNN_HOME and ORT_DNNL_HOME as for the build")
	}

	found, err = homes(amd64(), "", nil)
	require.NoError(t, err)
	require.Empty(t, found.LibraryFolders())
}
