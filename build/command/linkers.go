package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// linkers are the Debian packages with linkers that tests try beside those of GNU, and the programs by which compilers
// know them.
var linkers = debian.Request{Packages: []string{"lld", "mold"}, Programs: []string{"usr/bin/ld.lld", "usr/bin/ld.mold"}}

// provideLinkers returns a folder with the linkers lld and mold. It is empty if both are in PATH, or if there is no
// Debian mirror to have them from: then the tests say what they lack.
func (c *Command) provideLinkers(ctx context.Context) (folder string, err error) {
	dir := filepath.Join(c.Settings.Home, "tools", "linkers")
	if c.has(linkers.Programs, "") {
		return "", nil
	}
	unlock, err := c.Builder.Store.Lock(ctx, "linkers", "providing linkers", nil)
	if err != nil {
		return "", err
	}
	defer unlock()
	if !c.has(linkers.Programs, dir) {
		if err := c.unpackLinkers(ctx, dir); err != nil {
			if ctx.Err() != nil {
				return "", fmt.Errorf("providing linkers: %w", context.Cause(ctx))
			}
			c.Console.Line("note: lld and mold could not be provided: %v", err)
			return "", nil
		}
	}
	return filepath.Join(dir, filepath.Dir(filepath.FromSlash(linkers.Programs[0]))), nil
}

// has tells whether programs of a request are below dir, or in PATH if dir is empty.
func (c *Command) has(programs []string, dir string) bool {
	for _, program := range programs {
		if dir != "" {
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(program))); err != nil {
				return false
			}
		} else if _, err := run.LookPath(filepath.Base(program), c.Settings.Programs); err != nil {
			return false
		}
	}
	return true
}

// unpackLinkers makes the folder dir, under another name until it is whole.
func (c *Command) unpackLinkers(ctx context.Context, dir string) error {
	if c.Settings.Offline {
		return errors.New("ORT_OFFLINE is set")
	}
	archive, err := debian.Discover(ctx, c.Runner)
	if err != nil {
		return err
	}
	part := dir + ".part"
	if err := errors.Join(os.RemoveAll(part), os.MkdirAll(filepath.Dir(dir), 0o755)); err != nil {
		return err
	}
	defer os.RemoveAll(part)
	packages, err := archive.Install(ctx, c.Runner, linkers, part)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.Rename(part, dir); err != nil { //nolint:forbidigo // siblings, so on one file system
		return err
	}
	c.Console.Line("the linkers of %d Debian packages are unpacked privately, for tests", len(packages))
	return nil
}
