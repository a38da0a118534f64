package source_test

import (
	"context"
	"crypto/sha1" //nolint:gosec // CMake's own check in deps.txt
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/patch"
)

func TestPrepareMakesATreeWithLocalDependencies(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	var reached, total int64
	in.Progress = func(done, all int64) { reached, total = done, all }
	tree, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)

	root := read(t, tree.Root)
	require.Equal(t, "int core = 42;\n", root["src/core.cc"])
	require.Equal(t, "exec:#!/bin/sh\n", root["build.sh"])
	require.NotContains(t, root, "onnxruntime-1.21.0")

	require.Equal(t, files{
		"eigen/COPYING.MPL2": "MPL", "eigen/COPYING.README": "see", "eigen/Eigen/Core": "patched core\n",
		"eigen/LICENSES/BSD.txt": "BSD",
		"eigen/docs":             "link:Eigen", "eigen/run": "exec:x",
	}, readTar(t, filepath.Join(tree.Archives, "eigen.tar")))
	require.Equal(t, files{
		"mp11/CMakeLists.txt": "add_library(mp11)\n", "mp11/include/boost/mp11.hpp": "mp11",
		"mp11/include/boost/mp11/list.hpp": "list",
	}, readTar(t, filepath.Join(tree.Archives, "mp11.tar")))

	lines := strings.Split(strings.TrimSpace(root["cmake/deps.txt"]), "\n")
	require.Len(t, lines, 4)
	for i, name := range []string{"", "eigen.tar", "mp11.tar", "re2.tar.gz"} {
		if i == 0 {
			require.True(t, strings.HasPrefix(lines[0], "#"))
			continue
		}
		path := filepath.Join(tree.Archives, name)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		sum := sha1.Sum(data) //nolint:gosec // see the import
		component, _, _ := strings.Cut(name, ".")
		require.Equal(t, component+";"+path+";"+hex.EncodeToString(sum[:]), lines[i])
	}

	require.Equal(t, map[string][]string{
		"onnxruntime": {"LICENSE"},
		"eigen":       {"BSD.txt", "COPYING.MPL2", "COPYING.README"},
		"mp11":        {"copyright.libboost"},
		"re2":         {"LICENSE", "MIT.txt"},
	}, tree.Licenses)
	require.Equal(t, files{
		"onnxruntime/LICENSE": "MIT", "eigen/COPYING.MPL2": "MPL", "eigen/COPYING.README": "see",
		"mp11/copyright.libboost": "BSL", "re2/LICENSE": "BSD", "re2/MIT.txt": "MIT", "eigen/BSD.txt": "BSD",
	}, read(t, tree.LicenseDir))

	var applied []string
	for _, a := range tree.Applied {
		applied = append(applied, a.Name)
	}
	require.Equal(t, []string{"onnxruntime/1.21.0/0001-core.patch", "eigen/1.21.0/0001-core.patch"}, applied)
	require.Equal(t, total, reached)
	require.Equal(t, []string{".prepared", "archives", "licenses", "src"}, dirNames(t, in.Dir))
	require.Equal(t, []string{"1.21.0"}, dirNames(t, filepath.Dir(in.Dir)))
}

func dirNames(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

func TestPrepareReturnsAtOnceUntilAnInputChanges(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	first, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)
	mark := filepath.Join(in.Dir, "mark") // lost when the folder is made anew
	again := func(change func(in *source.Input)) bool {
		require.NoError(t, os.WriteFile(mark, nil, 0o600))
		changed := in
		changed.Patches = maps.Clone(in.Patches.(fstest.MapFS))
		changed.Dependencies = maps.Clone(in.Dependencies)
		changed.Resolved = slices.Clone(in.Resolved)
		change(&changed)
		tree, err := source.Prepare(t.Context(), changed)
		require.NoError(t, err)
		require.Equal(t, first.Root, tree.Root)
		_, err = os.Stat(mark)
		return errors.Is(err, fs.ErrNotExist)
	}
	require.False(t, again(func(*source.Input) {}))
	second, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, first, second, "the stamp tells all that the first run told")

	for name, change := range map[string]func(in *source.Input){
		"no patch":    func(in *source.Input) { delete(in.Patches.(fstest.MapFS), "onnxruntime/1.21.0/0001-core.patch") },
		"overlay":     func(in *source.Input) { in.Patches.(fstest.MapFS)["re2/1.21.0/overlay/x"] = &fstest.MapFile{} },
		"into":        func(in *source.Input) { in.Resolved[1].Into = "inc" },
		"new archive": func(in *source.Input) { in.Dependencies["re2"] = in.Dependencies["eigen"] },
	} {
		require.True(t, again(change), name)
		require.True(t, again(func(*source.Input) {}), name+", and back")
	}
	stamp := filepath.Join(in.Dir, ".prepared")
	damage := func(*source.Input) { require.NoError(t, os.WriteFile(stamp, []byte("{"), 0o600)) }
	require.True(t, again(damage), "damaged stamp")
	require.True(t, again(func(*source.Input) { require.NoError(t, os.Remove(stamp)) }), "no stamp")
}

func TestEqualInputsGiveEqualArchives(t *testing.T) {
	t.Parallel()
	var sums []digest.Digest
	for range 2 {
		tree, err := source.Prepare(t.Context(), fixture(t))
		require.NoError(t, err)
		sum, _, err := digest.OfFile(filepath.Join(tree.Archives, "eigen.tar"))
		require.NoError(t, err)
		sums = append(sums, sum)
	}
	require.Equal(t, sums[0], sums[1])
}

func TestADebianPackageIsNeverGivenToCMake(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	data := deb(tarball(t, "./", files{"usr/LICENSE": "BSD", "usr/re2.h": "re2"}))
	in.Dependencies["re2"] = put(t, in.Dependencies["re2"].Path, data)
	tree, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, files{"re2/LICENSE": "BSD", "re2/re2.h": "re2"}, readTar(t, filepath.Join(tree.Archives, "re2.tar")))
}

func TestAnInterruptedPreparationIsStartedAfresh(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	cause := errors.New("ctrl-c")
	ctx, cancel := context.WithCancelCause(t.Context())
	in.Progress = func(int64, int64) { cancel(cause) } // after the first component
	slow := in.Resolved
	for i := range 40 { // so that some are not begun when the first is done
		d := slow[2]
		d.Name = fmt.Sprintf("re%d", 100+i)
		in.Resolved = append(in.Resolved, d)
		in.Dependencies[d.Name] = in.Dependencies["re2"]
	}
	_, err := source.Prepare(ctx, in)
	require.ErrorIs(t, err, cause)
	require.Empty(t, dirNames(t, filepath.Dir(in.Dir)), "nothing half-made is left")

	// Killed with -9: the half-made folder is there, and perhaps an old one without its stamp.
	for _, dir := range []string{in.Dir + ".tmp", in.Dir} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "src"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "src", "half"), nil, 0o600))
	}
	in.Resolved, in.Progress = slow, nil
	tree, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)
	require.NotContains(t, read(t, tree.Root), "half")
	require.Equal(t, []string{"1.21.0"}, dirNames(t, filepath.Dir(in.Dir)))
}

func TestAFailureLeavesTheFormerTree(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	tree, err := source.Prepare(t.Context(), in)
	require.NoError(t, err)
	other := strings.Replace(corePatch, "= 1", "= 2", 1)
	in.Patches = fstest.MapFS{"onnxruntime/1.21.0/0001-core.patch": {Data: []byte(other)}}
	_, err = source.Prepare(t.Context(), in)
	var conflict *patch.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "int core = 2;", conflict.Expected)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.FileExists(t, filepath.Join(tree.Root, "src/core.cc"))
	require.Equal(t, []string{"1.21.0"}, dirNames(t, filepath.Dir(in.Dir)))
}

func TestPrepareNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(t *testing.T, in *source.Input)
		want   string
	}{
		"archive not fetched": {
			func(_ *testing.T, in *source.Input) { delete(in.Dependencies, "eigen") },
			"dependency eigen: its archive was not fetched",
		},
		"other version": {
			func(_ *testing.T, in *source.Input) { in.Release.Version = "1.21.1" },
			`the archive holds version "1.21.0", not "1.21.1"`,
		},
		"no licence": {
			func(t *testing.T, in *source.Input) {
				in.Dependencies["re2"] = put(t, in.Dependencies["re2"].Path, gz(t, tarball(t, "re2/", files{"re2.h": ""})))
			},
			"dependency re2: archive \"0123abcd\": no licence file found",
		},
		"keep pattern": {
			func(_ *testing.T, in *source.Input) { in.Resolved[1].Keep = []string{"boost/mp11*", "boost/nothing"} },
			`dependency mp11: nothing in the archive matches the keep pattern "boost/nothing"`,
		},
		"subtree": {
			func(_ *testing.T, in *source.Input) { in.Resolved[1].Subtree, in.Resolved[1].Keep = "usr/lib", nil },
			`dependency mp11: the archive has no folder "usr/lib"`,
		},
		"two top folders": {
			func(t *testing.T, in *source.Input) {
				in.Source = put(t, in.Source.Path, tarball(t, "a/", files{"../b/x": ""}))
			},
			`the archive has more than one top folder: "a" and "b"`,
		},
		"damaged archive": {
			func(t *testing.T, in *source.Input) {
				data, err := os.ReadFile(in.Source.Path)
				require.NoError(t, err)
				in.Source = put(t, in.Source.Path, data[:len(data)/2])
			},
			`onnxruntime: reading archive "onnxruntime"`,
		},
		"overlay over a file": {
			func(_ *testing.T, in *source.Input) {
				in.Patches.(fstest.MapFS)["eigen/1.21.0/overlay/Eigen/Core"] = &fstest.MapFile{}
			},
			`overlay file "eigen/1.21.0/overlay/Eigen/Core"`,
		},
		"semicolon": {
			func(_ *testing.T, in *source.Input) { in.Dir += ";x" },
			"semicolon",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := fixture(t)
			test.change(t, &in)
			_, err := source.Prepare(t.Context(), in)
			require.ErrorContains(t, err, test.want)
			_, err = os.Stat(in.Dir)
			require.ErrorIs(t, err, fs.ErrNotExist)
		})
	}
}

func TestDepsReadsThePinsOfTheArchive(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	pins, err := source.Deps(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, pins, 3)
	require.Equal(t, "eigen", pins[0].Name)

	in.Source = in.Dependencies["re2"]
	_, err = source.Deps(t.Context(), in)
	require.ErrorContains(t, err, `archive "0123abcd" has no cmake/deps.txt`)
}

func TestFactsNameEveryPinAndPatch(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	in.Source, in.Dependencies, in.Resolved = fetch.File{}, nil, nil // before anything is fetched
	facts, err := source.Facts(t.Context(), in)
	require.NoError(t, err)
	for i, fact := range facts { // digests differ from one gzip to the next
		facts[i], _, _ = strings.Cut(fact, " sha256:")
	}
	require.Equal(t, []string{
		"source schema 1", "source 1.21.0", "dependency eigen", "dependency mp11",
		"patch onnxruntime/1.21.0/0001-core.patch", "patch eigen/1.21.0/0001-core.patch",
		"patch mp11/1.21.0/overlay/CMakeLists.txt",
	}, facts)
}
