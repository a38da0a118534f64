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
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
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

	Fetch *fetch.Client
	Tools *toolchain.Finder
	Store *store.Store
}

// New returns a builder whose folders are below s.Home. It creates the store, and nothing else.
func New(s settings.Settings, console *report.Console, runner run.Runner, patches fs.FS) (*Builder, error) {
	b := &Builder{Settings: s, Console: console, Runner: runner, Releases: release.Load, Patches: patches}
	var err error
	b.Store, err = store.Open(filepath.Join(s.Home, "store"), store.Options{
		OnDamage:    func(d store.Damage) { console.Line("%s; it will be made again", d) },
		OnDifferent: func(d store.Difference) { console.Line("the new build differs from the one in the store: %s", d) },
	})
	if err != nil {
		return nil, err
	}
	archive := func(ctx context.Context) (debian.Archive, error) { return debian.Discover(ctx, runner) }
	b.Fetch = &fetch.Client{Dir: filepath.Join(s.Home, "downloads"), Mirror: s.Mirror, Offline: s.Offline, Debian: archive}
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

// CPU is the spec of the CPU build of a release for this machine.
func CPU(version string) spec.Spec {
	return spec.Spec{Version: version, Platform: spec.Host(), Providers: []spec.Provider{spec.CPU}}
}

// Latest is the store's alias for the last build of a kind: "latest-cpu".
func Latest(s spec.Spec) string { return "latest-" + s.ProviderNames() }

// labelSpec is the store's label for what an entry is.
const labelSpec = "spec"

// archiveName is the one archive that a build is about.
const archiveName = "libonnxruntime.a"

// Result is a build that lies in the store.
type Result struct {
	Spec  spec.Spec
	Entry store.Entry
	Tools toolchain.Set
	Found bool // it was there already
	Took  time.Duration
}

// want is what a build is to be, before anything was fetched.
type want struct {
	spec    spec.Spec
	release release.Release
	tools   toolchain.Set
	key     store.Key
}

// Build returns the entry of the store that the spec names, and makes it if there is none. Of two processes that build
// the same, one works and the other waits.
func (b *Builder) Build(ctx context.Context, s spec.Spec) (Result, error) {
	started := time.Now()
	w, err := b.want(ctx, s)
	if err != nil {
		return Result{}, err
	}
	entry, found, err := b.Store.Get(ctx, w.key)
	if err != nil {
		return Result{}, err
	}
	if !found {
		if entry, found, err = b.build(ctx, w); err != nil {
			return Result{}, fmt.Errorf("building onnxruntime %s: %w", w.spec, err)
		}
	}
	if found { // another build of the kind may have come since
		if err := b.Store.SetAlias(ctx, Latest(w.spec), entry); err != nil {
			b.Console.Line("note: %v", err) // a store that is only read serves all the same
		}
	}
	return Result{Spec: w.spec, Entry: entry, Tools: w.tools, Found: found, Took: time.Since(started)}, nil
}

// build makes the entry, or finds that another process made it in the meantime.
func (b *Builder) build(ctx context.Context, w want) (entry store.Entry, found bool, err error) {
	unlock, err := b.Store.Lock(ctx, w.spec.Folder(), "building "+w.spec.String(), b.waiting)
	if err != nil {
		return store.Entry{}, false, err
	}
	defer unlock()
	if entry, found, err = b.Store.Get(ctx, w.key); err != nil || found {
		return entry, found, err
	}
	b.Console.Line("building onnxruntime %s, key %s, log %s", w.spec, w.key.ID().Short(), b.Log)
	j := &job{Builder: b, want: w, dir: filepath.Join(b.Settings.Home, "work", w.spec.Folder())}
	if err := j.run(ctx); err != nil {
		return store.Entry{}, false, err
	}
	if err := discard(j.dir); err != nil {
		b.Console.Line("note: the work folder could not be removed: %v", err)
	}
	return j.entry, false, nil
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
		unlock, err := b.Store.Lock(ctx, name, "cleaning "+name, b.waiting)
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

// waiting tells for whom this process waits.
func (b *Builder) waiting(h store.Holder) { b.Console.Line("waiting for %s", h) }

// jobs is how many compilers run at once.
func (b *Builder) jobs() int {
	return cmake.Jobs(runtime.NumCPU(), cmake.FreeMemory(os.DirFS("/")), cmake.JobMemory, b.Settings.Jobs)
}
