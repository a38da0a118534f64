package source_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
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
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source"
)

// files is a tree: slash path to content; "link:x" is a symbolic link to x, "exec:x" an executable file.
type files map[string]string

var ortTree = files{
	"VERSION_NUMBER":       "1.21.0\n",
	"LICENSE":              "MIT",
	"src/core.cc":          "int core = 1;\n",
	"build.sh":             "exec:#!/bin/sh\n",
	"cmake/CMakeLists.txt": "project(onnxruntime)\n",
	"cmake/deps.txt": "#Name;Url;SHA1\n" +
		"eigen;https://example.org/eigen.zip;" + strings.Repeat("a", 40) + "\n" +
		"re2;https://example.org/re2.tar.gz;" + strings.Repeat("b", 40) + "\n" +
		"unused;https://example.org/unused.zip;" + strings.Repeat("c", 40) + "\n",
}

const corePatch = `Why: the answer was wrong
Upstream: none
Until: it is right

diff --git a/src/core.cc b/src/core.cc
--- a/src/core.cc
+++ b/src/core.cc
@@ -1 +1 @@
-int core = 1;
+int core = 42;
`

// fixture is an input with one dependency of each sort: as fetched, patched, and a part of a Debian package.
func fixture(t *testing.T) source.Input {
	t.Helper()
	store := t.TempDir()
	re2 := store + "/0123abcd" // a content store names no format
	archives := map[string]fetch.File{
		"onnxruntime": put(t, store+"/onnxruntime", gz(t, tarball(t, "onnxruntime-1.21.0/", ortTree))),
		"re2": put(t, re2, gz(t, tarball(t, "re2-2024/", files{
			"LICENSE": "BSD", "LICENSES/MIT.txt": "MIT", "re2/COPYING": "no", "re2/LICENSES/no": "no", "re2.h": "re2",
		}))),
		"eigen": put(t, store+"/eigen", tarball(t, "eigen-3.4.0/", files{
			"COPYING.MPL2": "MPL", "COPYING.README": "see", "LICENSES/BSD.txt": "BSD", "Eigen/Core": "core\n",
			"docs": "link:Eigen", "run": "exec:x",
		})),
		"mp11": put(t, store+"/mp11", deb(tarball(t, "./", files{
			"usr/include/boost/mp11.hpp": "mp11", "usr/include/boost/mp11/list.hpp": "list", "usr/include/boost/any.hpp": "any",
			"usr/share/doc/libboost/copyright": "BSL",
		}))),
	}
	in := source.Input{
		Release: release.Release{
			Version: "1.21.0", Uses: []string{"eigen", "mp11", "re2"},
			Source: release.Pin{Name: "onnxruntime", SHA256: archives["onnxruntime"].SHA256},
			Dependencies: []release.Dependency{
				{Pin: release.Pin{Name: "eigen", SHA256: archives["eigen"].SHA256}},
				{
					Pin:     release.Pin{Name: "mp11", SHA256: archives["mp11"].SHA256},
					Subtree: "usr/include", Keep: []string{"boost/mp11*"}, Into: "include",
				},
			},
		},
		Source:       archives["onnxruntime"],
		Dependencies: archives,
		Patches: fstest.MapFS{
			"onnxruntime/1.21.0/0001-core.patch": {Data: []byte(corePatch)},
			"eigen/1.21.0/0001-core.patch": {Data: []byte(strings.NewReplacer("src/core.cc", "Eigen/Core",
				"int core = 1;", "core", "int core = 42;", "patched core").Replace(corePatch))},
			"mp11/1.21.0/overlay/CMakeLists.txt": {Data: []byte("add_library(mp11)\n")},
			"onnxruntime/1.20.0/0001-old.patch":  {Data: []byte("not read")},
		},
		Dir: filepath.Join(t.TempDir(), "a folder", "1.21.0"),
	}
	in.Resolved = append(slices.Clone(in.Release.Dependencies),
		release.Dependency{Pin: release.Pin{Name: "re2", SHA1: strings.Repeat("b", 40)}})
	return in
}

func put(t *testing.T, path string, data []byte) fetch.File {
	t.Helper()
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return fetch.File{Path: path, SHA256: digest.OfBytes(data), Size: int64(len(data))}
}

func tarball(t *testing.T, top string, tree files) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: top, Typeflag: tar.TypeDir, Mode: 0o755}))
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		content, exec := strings.CutPrefix(tree[name], "exec:")
		h := &tar.Header{Name: top + name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}
		if exec {
			h.Mode = 0o755
		}
		if link, ok := strings.CutPrefix(content, "link:"); ok {
			h.Typeflag, h.Linkname, h.Size, content = tar.TypeSymlink, link, 0, ""
		}
		require.NoError(t, w.WriteHeader(h))
		_, err := io.WriteString(w, content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func gz(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func deb(data []byte) []byte {
	return fmt.Appendf(nil, "!<arch>\n%-16s%-12d%-6d%-6d%-8o%-10d`\n%s", "data.tar", 0, 0, 0, 0o100644, len(data), data)
}

// read returns the tree below dir in the form of files.
func read(t *testing.T, dir string) files {
	t.Helper()
	tree := files{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		require.NoError(t, err)
		if d.Type() == fs.ModeSymlink {
			link, err := os.Readlink(path)
			require.NoError(t, err)
			tree[name] = "link:" + link
			return nil
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		tree[name] = string(data)
		if info, err := d.Info(); err == nil && info.Mode()&0o111 != 0 {
			tree[name] = "exec:" + tree[name]
		}
		return nil
	}))
	return tree
}

// readTar returns the content of a plain tar archive in the same form.
func readTar(t *testing.T, path string) files {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	tree := files{}
	for r := tar.NewReader(bytes.NewReader(data)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return tree
		}
		require.NoError(t, err)
		require.Equal(t, [3]any{0, 0, int64(315532800)}, [3]any{h.Uid, h.Gid, h.ModTime.Unix()}, h.Name)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		switch {
		case h.Typeflag == tar.TypeSymlink:
			tree[h.Name] = "link:" + h.Linkname
		case h.Typeflag == tar.TypeReg && h.Mode == 0o755:
			tree[h.Name] = "exec:" + string(content)
		case h.Typeflag == tar.TypeReg:
			require.EqualValues(t, 0o644, h.Mode, h.Name)
			tree[h.Name] = string(content)
		}
	}
}
