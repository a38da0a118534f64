// Package install writes the install tree of a build: the folder that users of ONNX Runtime point their tools at.
//
//	include/onnxruntime/…          headers for C and C++, laid out as ONNX Runtime's own install does, and
//	                               onnxruntime_builder.h, which says which build it is
//	lib/libonnxruntime.a
//	lib/libonnxruntime_providers_*.so  in a build whose providers are shared libraries
//	lib/libdnnl.so.3                   in a build with oneDNN
//	lib/pkgconfig/libonnxruntime.pc
//	lib/cmake/onnxruntime/…        for find_package(onnxruntime)
//	LICENSES/<component>/…         ONNX Runtime and every library inside
//	ThirdPartyNotices.txt
//	manifest.json                  what it was made from, and the digest of every file
//
// The tree holds no path of the machine that made it and no date: it can be moved, and two builds of the same inputs
// give the same bytes.
//
//	err := install.Tree(ctx, install.Input{Dir: "out", Spec: s, Source: "src", Archive: "libonnxruntime.a", …})
package install

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Input is what a tree is made from.
type Input struct {
	Dir        string              // folder to fill: absent or empty
	Spec       spec.Spec           // what was built
	Key        string              // name of the store's entry that the tree becomes; may be empty
	Source     string              // root of ONNX Runtime's tree: headers and notices
	Archive    string              // the merged archive
	Libraries  []string            // shared libraries that go beside it: paths, whose last element is their name
	Needs      []string            // shared libraries that the archive's providers need, by the name that programs ask for
	LicenseDir string              // has LicenseDir/<component>/<file> for all of Licenses
	Licenses   map[string][]string // component → its licence files, slash paths
	Notices    map[string][]string // component of Libraries → paths of its licence files
	Components []string            // what is inside the archive: each must have a licence
	Manifest   Manifest            // what it was made from; Tree fills in what it knows itself
	Private    []string            // folders of this machine, which the manifest must not name
}

// item is a file of the tree: a copy of another file, or a text.
type item struct {
	to   string // slash path below the tree
	from string
	text []byte // if from is empty
}

// Tree writes the tree. On an error the folder may hold a part of it: write into one that is thrown away then.
func Tree(ctx context.Context, in Input) error {
	items, err := list(in)
	if err != nil {
		return fmt.Errorf("preparing the install tree: %w", err)
	}
	if err := emptyDir(in.Dir); err != nil {
		return fmt.Errorf("writing the install tree: %w", err)
	}
	manifest := in.Manifest
	for _, it := range items {
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("writing the install tree: %w", err)
		}
		file, err := it.write(in.Dir)
		if err != nil {
			return fmt.Errorf("writing the install tree: %w", err)
		}
		manifest.Files = append(manifest.Files, file)
	}
	text, err := manifest.encode(in.Spec, in.Private)
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	if _, err := (item{to: ManifestFile, text: text}).write(in.Dir); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return nil
}

// list computes all files of the tree but the manifest.
func list(in Input) ([]item, error) {
	headers, err := headers(in.Source, in.Spec)
	if err != nil {
		return nil, err
	}
	licenses, err := licenses(in.LicenseDir, in.Licenses, in.Components)
	if err != nil {
		return nil, err
	}
	texts, err := packageFiles(in.Spec, in.Needs)
	if err != nil {
		return nil, err
	}
	items := append(headers, licenses...)
	items = append(items, texts...)
	for _, component := range slices.Sorted(maps.Keys(in.Notices)) {
		for _, path := range in.Notices[component] {
			items = append(items, item{to: "LICENSES/" + component + "/" + filepath.Base(path), from: path})
		}
	}
	for _, path := range in.Libraries {
		items = append(items, item{to: "lib/" + filepath.Base(path), from: path})
	}
	return append(items,
		stamp(in.Spec, in.Key, in.Manifest.Audit),
		item{to: "lib/libonnxruntime.a", from: in.Archive},
		item{to: "ThirdPartyNotices.txt", from: filepath.Join(in.Source, "ThirdPartyNotices.txt")},
	), nil
}

func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("folder %q is not empty", dir)
	}
	return err
}

// write puts the file below dir, with the same mode under every umask.
func (it item) write(dir string) (file File, err error) {
	path := filepath.Join(dir, filepath.FromSlash(it.to))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return File{}, err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return File{}, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := out.Chmod(0o644); err != nil {
		return File{}, err
	}
	if it.from == "" {
		_, err := out.Write(it.text)
		return File{Path: it.to, Size: int64(len(it.text)), SHA256: digest.OfBytes(it.text)}, err
	}
	in, err := os.Open(it.from)
	if err != nil {
		return File{}, err
	}
	defer in.Close()
	sum, size, err := digest.OfReader(io.TeeReader(in, out))
	if err != nil {
		return File{}, fmt.Errorf("copying %q to %q: %w", it.from, path, err)
	}
	return File{Path: it.to, Size: size, SHA256: sum}, nil
}
