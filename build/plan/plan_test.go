package plan_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// newBuilder returns a builder in a folder of its own that touches no network, and what its console shows. Its programs
// print what was asked of them.
func newBuilder(t *testing.T, change func(*settings.Settings)) (*plan.Builder, *bytes.Buffer) {
	t.Helper()
	s := settings.Settings{Home: t.TempDir(), Offline: true}
	if change != nil {
		change(&s)
	}
	var shown bytes.Buffer
	runner := &run.Recorder{Answer: func(_ context.Context, c run.Cmd) error {
		_, err := c.Stdout.Write([]byte("gcc " + strings.Join(c.Args, " ") + "\n"))
		return err
	}}
	b, err := plan.New(s, report.New(&shown, false, nil), runner, fstest.MapFS{})
	require.NoError(t, err)
	return b, &shown
}

func TestStepsAreInTheirOrder(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"fetch", "prepare", "configure", "compile", "merge", "audit", "install"}, plan.Steps())
}

func TestLineIsMajorAndMinor(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{"1.23.2": "1.23", "1.23.0-rc1": "1.23", "1.23": "1.23", "1": "1.", "": "."} {
		require.Equal(t, want, plan.Line(version), version)
	}
}

func TestLatestNamesTheKindOfBuild(t *testing.T) {
	t.Parallel()
	s := plan.CPU("1.21.0")
	require.Equal(t, spec.Spec{Version: "1.21.0", Platform: spec.Host(), Providers: []spec.Provider{spec.CPU}}, s)
	require.Equal(t, "latest-cpu", plan.Latest(s))
}

func TestSumAddsUpDownloads(t *testing.T) {
	t.Parallel()
	var done, total int64
	part := plan.Sum(func(d, t int64) { done, total = d, t })
	check := func(wantDone, wantTotal int64) {
		t.Helper()
		require.Equal(t, [2]int64{wantDone, wantTotal}, [2]int64{done, total})
	}
	pinned := part(release.Pin{Name: "a", Size: 100})
	unpinned := part(release.Pin{Name: "b"})
	pinned(10, 100)
	check(10, 100)
	unpinned(5, -1) // its server does not say
	check(15, 100)
	unpinned(7, 40)
	check(17, 140)
	pinned(0, 100) // from another place, from the start
	check(7, 140)
	pinned(100, 100)
	unpinned(40, 40)
	check(140, 140)
}

func TestRefuseTellsAllProblems(t *testing.T) {
	t.Parallel()
	sound := audit.Report{Archive: "lib.a", Platform: "linux/amd64", Linked: &audit.Linked{}}
	require.NoError(t, plan.Refuse(sound))

	bad := sound
	bad.Merged, bad.Objects = 2, 1
	bad.Undefined = []audit.Undefined{{Symbol: "f", Name: "f()"}}
	var f *fault.Error
	require.ErrorAs(t, plan.Refuse(bad), &f)
	require.Contains(t, f.Error(), "lib.a")
	require.Contains(t, f.Tail, "the archive has 1 object, 2 were merged\n")
	require.Contains(t, f.Tail, "f()")
	require.NotEmpty(t, f.Hint)
}

func TestOriginIsThePinsWordAndNotTheMirrors(t *testing.T) {
	t.Parallel()
	file := fetch.File{Path: "/home/me/x", SHA256: digest.OfBytes([]byte("x")), Size: 1, From: "http://mirror.local/x"}
	pin := release.Pin{Name: "onnx", URLs: []string{"https://example.org/a.zip", "https://example.org/b.zip"}}
	require.Equal(t, install.Source{Name: "onnx", Origin: "https://example.org/a.zip", SHA256: file.SHA256, Size: 1}, plan.Origin(pin, file))
	pin.Debian = "pool/main/o/onnx.tar.xz"
	require.Equal(t, "pool/main/o/onnx.tar.xz", plan.Origin(pin, file).Origin)
	require.Empty(t, plan.Origin(release.Pin{Name: "onnx"}, file).Origin)
}

func TestPrivateFoldersHaveBothTheirNames(t *testing.T) {
	t.Parallel()
	home := filepath.Join(t.TempDir(), "link")
	real := t.TempDir()
	require.NoError(t, os.Symlink(real, home))
	b, _ := newBuilder(t, func(s *settings.Settings) { s.Home, s.SourceDir = home, "/src" })
	require.Equal(t, []string{home, real, "/src"}, b.Private())
}

// tools are programs that exist, all of them this test.
func tools(t *testing.T) toolchain.Set {
	t.Helper()
	path, err := os.Executable()
	require.NoError(t, err)
	tool := toolchain.Tool{Path: path, Version: "1.0"}
	set := toolchain.Set{CMake: tool, Ninja: tool, CC: tool, CXX: tool, AR: tool, Protoc: tool}
	set.CMake.Name, set.Ninja.Name, set.Protoc.Name = toolchain.CMake, toolchain.Ninja, toolchain.Protoc
	return set
}

func TestTheKeyFollowsEverythingThatDecidesTheResult(t *testing.T) {
	t.Parallel()
	key := func(change func(*plan.Builder, *toolchain.Set)) store.Key {
		b, _ := newBuilder(t, nil)
		set := tools(t)
		change(b, &set)
		k, err := b.KeyOf(t.Context(), plan.CPU("1.23.2"), set)
		require.NoError(t, err)
		require.NotContains(t, k.Text(), b.Settings.Home, "the same build has the same key in every folder")
		return k
	}
	releases := func(change func(*release.Release)) func(string) (release.Release, error) {
		return func(version string) (release.Release, error) {
			r, err := release.Load(version)
			change(&r)
			return r, err
		}
	}
	plain := key(func(*plan.Builder, *toolchain.Set) {})
	for want, change := range map[string]func(*plan.Builder, *toolchain.Set){
		"": func(b *plan.Builder, _ *toolchain.Set) { b.Settings.Jobs, b.Settings.Mirror = 7, "/mirror" },
		"source 1.23.2": func(b *plan.Builder, _ *toolchain.Set) {
			b.Releases = releases(func(r *release.Release) { r.Source.SHA256 = digest.OfBytes(nil) })
		},
		"dependency onnx": func(b *plan.Builder, _ *toolchain.Set) {
			b.Releases = releases(func(r *release.Release) {
				for i, d := range r.Dependencies {
					if d.Name == "onnx" {
						r.Dependencies[i].SHA256 = digest.OfBytes(nil)
					}
				}
			})
		},
		"option project.cmake": func(b *plan.Builder, _ *toolchain.Set) {
			b.Releases = releases(func(r *release.Release) { r.UnityExclusions = map[string][]string{"onnxruntime_graph": {"a.cc"}} })
		},
		"patch onnx/1.23.2/0001-x.patch": func(b *plan.Builder, _ *toolchain.Set) {
			b.Patches = fstest.MapFS{"onnx/1.23.2/0001-x.patch": {Data: []byte("x")}, "onnx/1.21.0/0001-y.patch": {Data: []byte("y")}}
		},
		"tool cmake": func(_ *plan.Builder, set *toolchain.Set) { set.CMake.Version = "2.0" },
	} {
		diff := store.Explain(plain, key(change))
		if want == "" {
			require.Empty(t, diff)
			continue
		}
		require.Len(t, diff, 1, "%s: %s", want, diff)
		require.Equal(t, want, diff[0].Group+" "+diff[0].Name)
	}
}

func TestReachableIsTheNewestReleaseThatCanBeHad(t *testing.T) {
	t.Parallel()
	mirror := t.TempDir()
	b, shown := newBuilder(t, func(s *settings.Settings) { s.Mirror = mirror })
	older := release.Versions()[1]
	_, err := b.Reachable(t.Context())
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.Tail, release.Versions()[0]+": ")
	require.Contains(t, f.Tail, older+": ")
	require.Contains(t, f.Hint, "ORT_MIRROR")

	r, err := release.Load(older)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(mirror, r.Source.File()), nil, 0o600))
	version, err := b.Reachable(t.Context())
	require.NoError(t, err)
	require.Equal(t, older, version)
	require.Contains(t, shown.String(), "taking "+older)

	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("ctrl-c"))
	b.Fetch.Mirror = ""
	_, err = b.Reachable(ctx)
	require.ErrorContains(t, err, "ctrl-c")
}

func TestReachableKeepsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*settings.Settings){
		func(s *settings.Settings) { s.Version = "1.23.2" },
		func(s *settings.Settings) { s.SourceDir = "/src" },
	} {
		b, shown := newBuilder(t, change)
		version, err := b.Reachable(t.Context())
		require.NoError(t, err)
		require.Equal(t, release.Default, version)
		require.Empty(t, shown.String())
	}
}

func TestWithoutABuildTheNextStepIsToMakeOne(t *testing.T) {
	t.Parallel()
	b, _ := newBuilder(t, nil)
	_, err := b.LastBuild(plan.CPU("1.23.2"))
	require.ErrorIs(t, err, plan.ErrNoBuild)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, "go tool mage buildCpu", f.Hint)
}

func TestProgressOfFetchingReachesItsEndAlsoForFilesThatAreThere(t *testing.T) {
	t.Parallel()
	mirror := t.TempDir()
	b, _ := newBuilder(t, func(s *settings.Settings) { s.Mirror = mirror })
	content := tarball(t, "onnxruntime/cmake/deps.txt", "# none\n")
	pin := release.Pin{Name: "onnxruntime", SHA256: digest.OfBytes(content), Size: int64(len(content)), URLs: []string{"https://example.org/onnxruntime.tar"}}
	b.Releases = func(string) (release.Release, error) { return release.Release{Version: "1.23.2", Source: pin}, nil }
	require.NoError(t, os.WriteFile(filepath.Join(mirror, pin.File()), content, 0o600))
	for _, from := range []string{filepath.Join(mirror, pin.File()), ""} {
		var done, total int64
		pins, files, err := b.FetchInputs(t.Context(), plan.CPU("1.23.2"), func(d, t int64) { done, total = d, t })
		require.NoError(t, err)
		require.Equal(t, []release.Pin{pin}, pins)
		require.Len(t, files, 1)
		require.Equal(t, from, files[0].From)
		require.Equal(t, [2]int64{pin.Size, pin.Size}, [2]int64{done, total})
	}
}

func tarball(t *testing.T, name, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))}))
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}
