package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// temporary begins the name of a folder that is not finished.
const temporary = ".new-"

// Provide finds the tools, and provides those that are missing in the finder's folder. note, which may be nil, gets one
// line for each tool provided. What cannot be provided, such as a compiler, gives an error that says what to do.
func (f *Finder) Provide(ctx context.Context, want Want, note func(string)) (Set, error) {
	set, missing, err := f.Find(ctx, want)
	if err != nil || len(missing) == 0 {
		return set, err
	}
	if err := f.refuse(missing); err != nil {
		return Set{}, err
	}
	unlock, err := f.lock(ctx, note)
	if err != nil {
		return Set{}, err
	}
	defer unlock()
	if _, missing, err = f.Find(ctx, want); err != nil { // another process may have provided them meanwhile
		return Set{}, err
	}
	w := &work{finder: f, note: note, failed: map[string][]error{}}
	w.wanted = slices.DeleteFunc(kinds(want), func(k kind) bool {
		return !slices.ContainsFunc(missing, func(m Missing) bool { return m.Name == k.name })
	})
	if err := w.provide(ctx); err != nil {
		return Set{}, err
	}
	set, missing, err = f.Find(ctx, want)
	if err == nil && len(missing) > 0 {
		err = f.unprovided(missing, w.failed)
	}
	return set, err
}

// lock makes this the only process that changes the folder, and clears away what one that was killed has left.
func (f *Finder) lock(ctx context.Context, note func(string)) (unlock func(), err error) {
	if err := os.MkdirAll(f.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder for tools: %w", err)
	}
	lock := flock.New(filepath.Join(f.Dir, "lock"))
	free, err := lock.TryLock()
	if err == nil && !free {
		if note != nil {
			note("waiting for another process that provides tools in " + f.Dir)
		}
		_, err = lock.TryLockContext(ctx, 100*time.Millisecond)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = lock.Unlock()
		return nil, fmt.Errorf("locking the folder for tools %q: %w", f.Dir, err)
	}
	left, _ := filepath.Glob(filepath.Join(escapeGlob(f.Dir), temporary+"*")) // the pattern is well formed
	for _, dir := range left {
		if err := os.RemoveAll(dir); err != nil {
			_ = lock.Unlock()
			return nil, fmt.Errorf("removing what an earlier run has left: %w", err)
		}
	}
	return func() { _ = lock.Unlock() }, nil
}

// work is one call of Provide that has something to do.
type work struct {
	finder *Finder
	wanted []kind

	mu     sync.Mutex
	note   func(string)
	failed map[string][]error // by tool, in the order of the attempts; "" for all tools at once
}

// provide tries the pinned archives for all tools at once, and then Debian's packages for all that are left.
func (w *work) provide(ctx context.Context) error {
	rows, err := w.finder.ways()
	if err != nil {
		return err
	}
	left := make([]bool, len(w.wanted))
	group, groupCtx := errgroup.WithContext(ctx)
	for i, k := range w.wanted {
		group.Go(func() (err error) {
			left[i], err = w.pinned(groupCtx, k, rows)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var packages []way
	for i, k := range w.wanted {
		at := slices.IndexFunc(rows, func(row way) bool { return row.Origin == Debian && row.fits(k) })
		if left[i] && at >= 0 {
			packages = append(packages, rows[at])
		}
	}
	if len(packages) == 0 || w.finder.Offline {
		return nil
	}
	return w.debian(ctx, packages)
}

// pinned tries one tool's pinned archives in turn. Only the end of ctx is an error.
func (w *work) pinned(ctx context.Context, k kind, rows []way) (left bool, err error) {
	for _, row := range rows {
		if !row.fits(k) || row.Origin == Debian || (w.finder.Offline && !row.fetched()) {
			continue
		}
		err := w.finder.unpackPinned(ctx, k, row)
		if ctx.Err() != nil {
			return true, fmt.Errorf("providing %s: %w", k.name, context.Cause(ctx))
		}
		if err == nil {
			w.say("%s %s comes from %s", k.name, row.Version, row)
			return false, nil
		}
		if errors.Is(err, errRefused) { // unlike a network that is not there, this should be seen
			w.say("%s: %v", k.name, err)
		}
		w.fail(k.name, fmt.Errorf("%s: %w", row, err))
	}
	return true, nil
}

func (w *work) say(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.note != nil {
		w.note(fmt.Sprintf(format, args...))
	}
}

func (w *work) fail(name string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed[name] = append(w.failed[name], err)
}

// refuse returns the error for tools that no row of the table can give.
func (f *Finder) refuse(missing []Missing) error {
	rows, err := f.ways()
	if err != nil {
		return err
	}
	hopeless := slices.DeleteFunc(slices.Clone(missing), func(m Missing) bool {
		return slices.ContainsFunc(rows, func(w way) bool { return w.Name == m.Name })
	})
	if len(hopeless) == 0 {
		return nil
	}
	return f.unprovided(hopeless, nil)
}

// unprovided is the error for tools that are missing and stay so. failed says what was tried.
func (f *Finder) unprovided(missing []Missing, failed map[string][]error) error {
	var lines, names []string
	for _, m := range missing {
		names = append(names, m.Name)
		line := m.String()
		for _, err := range failed[m.Name] {
			line += "\n  " + err.Error()
		}
		lines = append(lines, line)
	}
	for _, err := range failed[""] {
		lines = append(lines, err.Error())
	}
	hint := f.host().install(names)
	if f.Offline {
		hint += ", or unset ORT_OFFLINE, or let ORT_MIRROR name a folder made by the target vendor"
	}
	return &fault.Error{Op: "find the tools of a build", Err: errors.New(strings.Join(lines, "\n")), Hint: hint}
}
