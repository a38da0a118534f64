package plan

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// Builder makes builds. All that it needs of the outside is in its fields.
type Builder struct {
	Settings settings.Settings
	Console  *report.Console
	Runner   run.Runner
	Releases func(version string) (release.Release, error) // pinned inputs; release.Load but for tests
	Patches  fs.FS
	Log      string // path of the full log, to be named where work begins
	System   fs.FS  // root folder of this machine, which tells how much memory there is
	Cores    int    // of this machine

	Fetch *fetch.Client
	Tools *toolchain.Finder
	Store *store.Store
}

// New returns a builder whose folders are below s.Home. It creates the store, and nothing else.
func New(s settings.Settings, console *report.Console, runner run.Runner, patches fs.FS) (*Builder, error) {
	b := &Builder{Settings: s, Console: console, Runner: runner, Releases: release.Load, Patches: patches}
	b.System, b.Cores = os.DirFS("/"), runtime.NumCPU()
	var err error
	b.Store, err = store.Open(filepath.Join(s.Home, "store"), store.Options{
		OnDamage:    func(d store.Damage) { console.Line("%s; it will be made again", d) },
		OnDifferent: func(d store.Difference) { console.Line("the new build differs from the one in the store: %s", d) },
	})
	if err != nil {
		return nil, err
	}
	archive := func(ctx context.Context) (debian.Archive, error) { return debian.Discover(ctx, runner) }
	pip := func(ctx context.Context) (pypi.Client, error) {
		return pypi.Discover(ctx, runner, filepath.Join(s.Home, "tools", "pip"), archive)
	}
	b.Fetch = &fetch.Client{
		Dir: filepath.Join(s.Home, "downloads"), Mirror: s.Mirror, Offline: s.Offline, Debian: archive, PyPI: pip,
	}
	b.Tools = &toolchain.Finder{
		Env: s.Programs, Runner: runner, Dir: filepath.Join(s.Home, "tools"), Offline: s.Offline, Debian: archive,
		Fetch: b.fetchTool,
	}
	return b, nil
}

func (b *Builder) fetchTool(ctx context.Context, pin release.Pin) (string, error) {
	file, err := b.Fetch.Fetch(ctx, pin, nil)
	return file.Path, err
}

// leftSuffix marks a work folder that is being removed.
const leftSuffix = ".left"

// discard removes a folder under another name: if it is stopped, what is left must not be taken for work to go on with.
func discard(dir string) error {
	left := dir + leftSuffix
	if err := os.RemoveAll(left); err != nil {
		return err
	}
	if err := os.Rename(dir, left); err != nil && !errors.Is(err, fs.ErrNotExist) { //nolint:forbidigo // siblings, so on one file system
		return err
	}
	return os.RemoveAll(left)
}

// Clean removes the work of builds that were not finished. It waits for one that is under way.
func (b *Builder) Clean(ctx context.Context) error {
	work := filepath.Join(b.Settings.Home, "work")
	folders, err := os.ReadDir(work)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cleaning: %w", err)
	}
	for _, folder := range folders {
		name := strings.TrimSuffix(folder.Name(), leftSuffix)
		unlock, err := b.lock(ctx, name, "cleaning "+name)
		if err != nil {
			return err
		}
		err = discard(filepath.Join(work, name))
		unlock()
		if err != nil {
			return fmt.Errorf("cleaning: %w", err)
		}
	}
	return nil
}

// lock is [store.Store.Lock] that tells a person for whom this process waits.
func (b *Builder) lock(ctx context.Context, name, what string) (unlock func(), err error) {
	return b.Store.Lock(ctx, name, what, func(h store.Holder) { b.Console.Line("waiting for %s", h) })
}
