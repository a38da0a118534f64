package pypi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// pollInterval is how often the growth of a file is looked at.
const pollInterval = 250 * time.Millisecond

// requirementPattern is a project with one version: an option, a second line or a range would make pip do other things.
var requirementPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.+!_-]*$`)

// Download writes the file into the folder dir, which must be there, and returns its path. pip checks the digest; a file
// with another one gives a [*MismatchError] and is not kept. progress, which may be nil, is told the bytes so far.
func (c Client) Download(ctx context.Context, f File, dir string, progress func(done int64)) (string, error) {
	t, err := f.check()
	if err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(dir, "pip-")
	if err != nil {
		return "", fmt.Errorf("making a folder for pip: %w", err)
	}
	defer os.RemoveAll(temp)
	wish := filepath.Join(temp, "requirements.txt")
	line := fmt.Sprintf("%s --hash=sha256:%s\n", f.Requirement, f.SHA256.Hex())
	if err := os.WriteFile(wish, []byte(line), 0o644); err != nil {
		return "", fmt.Errorf("writing pip's requirements: %w", err)
	}
	stop := watch(temp, f.Name, progress)
	err = c.Runner.Run(ctx, c.downloadCommand(t, wish, temp, dir))
	stop()
	if err != nil {
		return "", explain(err)
	}
	path := filepath.Join(dir, f.Name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("pip wrote no file of the name %s: %w", f.Name, err)
	}
	return path, nil
}

// Has returns nil if the index says that it has the file's project in its version for its platform. Nothing of the file is
// downloaded.
func (c Client) Has(ctx context.Context, f File) error {
	t, err := f.check()
	if err != nil {
		return err
	}
	project, version, _ := strings.Cut(f.Requirement, "==")
	out, err := run.Output(ctx, c.Runner, c.askCommand(t, project))
	if err != nil {
		return explain(err)
	}
	for line := range strings.Lines(out) {
		list, ok := strings.CutPrefix(strings.TrimSpace(line), "Available versions: ")
		if ok && slices.Contains(strings.Split(list, ", "), version) {
			return nil
		}
		if ok {
			return fmt.Errorf("%w: it has the versions %s", ErrNoVersion, list)
		}
	}
	return fmt.Errorf("%w: pip lists no versions", ErrNoVersion)
}

// check refuses what is not one pinned wheel.
func (f File) check() (tags, error) {
	if !requirementPattern.MatchString(f.Requirement) {
		return tags{}, fmt.Errorf("%q is not of the form project==version", f.Requirement)
	}
	if f.SHA256.IsZero() {
		return tags{}, errors.New(f.Requirement + " has no digest")
	}
	return parseTags(f.Name)
}

// watch tells progress how large the file of that name below dir is, until stop is called.
func watch(dir, name string, progress func(done int64)) (stop func()) {
	if progress == nil {
		return func() {}
	}
	end := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		ticker := time.NewTicker(pollInterval)
		defer ticker.Stop()
		for {
			select {
			case <-end:
				return
			case <-ticker.C:
				if size := sizeBelow(dir, name); size > 0 {
					progress(size)
				}
			}
		}
	})
	return func() {
		close(end)
		ended.Wait()
	}
}

// sizeBelow returns the size of the file of that name, in bytes; 0 if there is none yet.
func sizeBelow(dir, name string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != name {
			return nil //nolint:nilerr // pip removes its folders when it likes
		}
		if info, err := entry.Info(); err == nil {
			size = max(size, info.Size())
		}
		return nil
	})
	return size
}
