// Package peer gets Microsoft's own shared library of a release, for comparisons: it is in the npm package
// onnxruntime-node, whose files the release file pins by SHA-256.
//
//	library, err := peer.Library(ctx, runner, r.Peer, spec.Host(), dir)
package peer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// ErrNone tells that a release has no shared library to compare with on a platform.
var ErrNone = errors.New("no shared library of Microsoft is known")

// Library returns the path of the shared library below dir, and downloads it with npm, whose registry it is, unless it
// is there.
func Library(ctx context.Context, runner run.Runner, p release.Peer, platform spec.Platform, dir string) (string, error) {
	file, ok := p.Libraries[platform.String()]
	if !ok {
		return "", fmt.Errorf("%w: for %s", ErrNone, platform)
	}
	path := filepath.Join(dir, file.SHA256.Hex(), filepath.Base(file.Path))
	if check(path, file.SHA256) == nil {
		return path, nil
	}
	if err := download(ctx, runner, p.Package, file, path); err != nil {
		return "", &fault.Error{
			Op: "get Microsoft's library", On: p.Package, Err: err,
			Hint: "install npm, or set ORT_PEER_LIBRARY to the path of a libonnxruntime.so of the same version",
		}
	}
	return path, nil
}

func download(ctx context.Context, runner run.Runner, pkg string, file release.PeerLibrary, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(path), "tmp-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	pack := run.Cmd{Path: "npm", Args: []string{"pack", "--silent", "--pack-destination", tmp, pkg}, Dir: tmp}
	if err := runner.Run(ctx, pack); err != nil {
		return err
	}
	archives, err := glob.In(tmp, "*.tgz")
	if err != nil || len(archives) != 1 {
		return fmt.Errorf("npm pack wrote %d archives, not one", len(archives))
	}
	name := filepath.Base(path)
	place := func(entry string) (string, bool, error) { return name, entry == file.Path, nil }
	if err := unpack.Part(ctx, archives[0], tmp, place); err != nil {
		return err
	}
	if err := check(filepath.Join(tmp, name), file.SHA256); err != nil {
		return err
	}
	return os.Rename(filepath.Join(tmp, name), path) //nolint:forbidigo // both below one folder
}

func check(path string, want digest.Digest) error {
	got, _, err := digest.OfFile(path)
	if err == nil && got != want {
		err = fmt.Errorf("%s has digest %s, not %s", filepath.Base(path), got, want)
	}
	return err
}
