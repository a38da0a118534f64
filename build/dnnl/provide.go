package dnnl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// temporary begins the name of a folder that is not finished.
const temporary = ".new-"

// stampFile is written last into a provided home. A folder without it is made anew.
const stampFile = "stamp.json"

// notices is the folder of the licence texts in a home.
const notices = "share/doc/onednn"

// stamp says what a home was made of and what its library must be.
type stamp struct {
	Version string
	Wheels  []digest.Digest // library, headers
	Library digest.Digest
}

// Provide returns a home in dir, made of the pinned wheels where it is not there yet. fetch returns the path of a verified
// file. On a platform without wheels the error wraps [ErrPlatform].
func Provide(
	ctx context.Context, platform spec.Platform, fetch func(context.Context, release.Pin) (string, error), dir string,
) (Home, error) {
	w, err := wheelsFor(platform)
	if err != nil {
		return Home{}, err
	}
	return w.provide(ctx, platform, fetch, dir)
}

// Provided returns the home that [Provide] made in dir before. The error tells that there is none, or that it is no
// longer as it was made; on a platform without wheels it wraps [ErrPlatform].
func Provided(platform spec.Platform, dir string) (Home, error) {
	w, err := wheelsFor(platform)
	if err != nil {
		return Home{}, err
	}
	return w.provided(platform, filepath.Join(dir, w.folder()))
}

// folder returns the name of the folder of a provided home.
func (w wheels) folder() string { return "onednn-" + w.Version }

func (w wheels) provide(
	ctx context.Context, platform spec.Platform, fetch func(context.Context, release.Pin) (string, error), dir string,
) (Home, error) {
	target := filepath.Join(dir, w.folder())
	if h, err := w.provided(platform, target); err == nil {
		return h, nil
	}
	unlock, err := lock(ctx, dir)
	if err != nil {
		return Home{}, err
	}
	defer unlock()
	if h, err := w.provided(platform, target); err == nil { // another process may have made it meanwhile
		return h, nil
	}
	temp, err := os.MkdirTemp(dir, temporary)
	if err != nil {
		return Home{}, fmt.Errorf("making a folder for oneDNN: %w", err)
	}
	defer os.RemoveAll(temp)
	tree := filepath.Join(temp, "tree")
	if err := w.unpack(ctx, fetch, tree); err != nil {
		return Home{}, fmt.Errorf("providing oneDNN %s: %w", w.Version, err)
	}
	if err := w.seal(platform, tree); err != nil {
		return Home{}, fmt.Errorf("providing oneDNN %s: %w", w.Version, err)
	}
	if err := os.RemoveAll(target); err != nil { // it has no valid stamp
		return Home{}, err
	}
	if err := os.Rename(tree, target); err != nil { //nolint:forbidigo // siblings, so on one file system
		return Home{}, err
	}
	return w.provided(platform, target)
}

// unpack writes what a home has of the two wheels.
func (w wheels) unpack(ctx context.Context, fetch func(context.Context, release.Pin) (string, error), tree string) error {
	for _, pin := range []release.Pin{w.Library, w.Headers} {
		file, err := fetch(ctx, pin)
		if err != nil {
			return err
		}
		if err := unpack.Part(ctx, file, tree, placeEntry); err != nil {
			return err
		}
	}
	return os.Symlink(Soname, filepath.Join(tree, "lib", "libdnnl.so"))
}

// placeEntry keeps the headers, one of the three copies of the library and its licences. A wheel's data lie in
// <name>-<version>.data/data.
func placeEntry(name string) (string, bool, error) {
	top, rest, _ := strings.Cut(name, "/")
	rest, isData := strings.CutPrefix(rest, "data/")
	if !isData || !strings.HasSuffix(top, ".data") {
		return "", false, nil
	}
	keep := strings.HasPrefix(rest, "include/") || rest == "lib/"+Soname ||
		path.Dir(rest) == notices && path.Base(rest) != "README"
	return rest, keep, nil
}

// seal checks a home and writes its stamp.
func (w wheels) seal(platform spec.Platform, tree string) error {
	h, err := find(platform, tree)
	switch {
	case err != nil:
		return err
	case h.Version != w.Version:
		return fmt.Errorf("the wheels have oneDNN %s", h.Version)
	case len(h.Notices) != 2:
		return errors.New("the wheels have no licence")
	}
	text, err := json.MarshalIndent(w.stamp(h), "", "\t")
	if err != nil {
		return fmt.Errorf("writing a stamp: %w", err)
	}
	return renameio.WriteFile(filepath.Join(tree, stampFile), text, 0o644)
}

func (w wheels) stamp(h Home) stamp {
	return stamp{
		Version: h.Version, Wheels: []digest.Digest{w.Library.SHA256, w.Headers.SHA256},
		Library: h.SHA256,
	}
}

// provided returns a home that was made of these wheels and has the library that it had then.
func (w wheels) provided(platform spec.Platform, dir string) (Home, error) {
	text, err := os.ReadFile(filepath.Join(dir, stampFile))
	if err != nil {
		return Home{}, err
	}
	h, err := find(platform, dir)
	if err != nil {
		return Home{}, err
	}
	want, err := json.MarshalIndent(w.stamp(h), "", "\t")
	if err != nil || string(want) != string(text) {
		return Home{}, errors.Join(fmt.Errorf("%s is not as it was made", dir), err)
	}
	return h, nil
}

// lock makes this the only process that changes the folder, and clears away what one that was killed has left.
func lock(ctx context.Context, dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder for oneDNN: %w", err)
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	if _, err := lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		_ = lock.Unlock()
		return nil, fmt.Errorf("locking the folder for oneDNN %q: %w", dir, errors.Join(context.Cause(ctx), err))
	}
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), temporary) {
			_ = os.RemoveAll(filepath.Join(dir, entry.Name()))
		}
	}
	return func() { _ = lock.Unlock() }, nil
}
