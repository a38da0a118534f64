package pypi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/stale"
)

// temporary begins the name of a folder that is not finished.
const temporary = ".new-"

// The pip that one that is too old downloads. It runs on Python 3.8 and newer.
const (
	newerPip    = "pip==24.3.1"
	newerWheel  = "pip-24.3.1-py3-none-any.whl"
	newerSHA256 = "sha256:3790624780082365f47549d032f3770eeb2b1e8bd1f7b2e02dace1afa361b4ed"
)

// renew lets a pip that is too old put a newer one into the folder. Old ones can do that: they check the digest, and a
// wheel for every platform needs none of the options that they lack.
func (d discovery) renew(ctx context.Context, old Client) error {
	old.old = true
	temp, err := d.temp()
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	sum, err := digest.Parse(newerSHA256)
	if err != nil {
		return err
	}
	path, err := old.Download(ctx, File{Requirement: newerPip, SHA256: sum, Name: newerWheel}, temp, nil)
	if err != nil {
		return fmt.Errorf("fetching %s with pip %s: %w", newerPip, old.Version, err)
	}
	return os.Rename(path, filepath.Join(d.dir, newerWheel)) //nolint:forbidigo // both below one folder
}

// temp makes a folder in that for pip, for what is not finished.
func (d discovery) temp() (string, error) {
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return "", fmt.Errorf("making the folder for pip: %w", err)
	}
	stale.Remove(d.dir, temporary)
	temp, err := os.MkdirTemp(d.dir, temporary)
	if err != nil {
		return "", fmt.Errorf("making the folder for pip: %w", err)
	}
	return temp, nil
}

// provide puts Debian's pip into the folder. apt checks the package, and the wheel gets its name when it is whole.
func (d discovery) provide(ctx context.Context, archive func(context.Context) (debian.Archive, error)) error {
	if archive == nil {
		return debian.ErrNoApt
	}
	a, err := archive(ctx)
	if err != nil {
		return err
	}
	temp, err := d.temp()
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	tree := filepath.Join(temp, "tree")
	if _, err := a.Install(ctx, d.runner, debian.Request{Packages: []string{"python3-pip-whl"}}, tree); err != nil {
		return err
	}
	wheels := filepath.Join(tree, filepath.FromSlash(systemWheels))
	entries, err := os.ReadDir(wheels)
	if err != nil {
		return fmt.Errorf("looking for pip in Debian's package: %w", err)
	}
	for _, entry := range entries {
		if ok, _ := filepath.Match(wheelPattern, entry.Name()); ok {
			return os.Rename(filepath.Join(wheels, entry.Name()), filepath.Join(d.dir, entry.Name())) //nolint:forbidigo // both below one folder
		}
	}
	return errors.New("Debian's package python3-pip-whl has no pip") //nolint:staticcheck // Debian is a name
}
