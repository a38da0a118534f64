package cuda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// temporary begins the name of a folder that is not finished.
const temporary = ".new-"

// Provide finds a toolkit and a cuDNN: those that were asked for, else the nvcc in PATH, else /usr/local/cuda, else what
// was provided before. Where they are missing it provides them in the finder's folder: the first of the release line's
// list that can be had. note, which may be nil, gets a line for what is done.
//
// A toolkit that was asked for by ORT_CUDA_HOME is used or refused, never replaced.
//
// The cuDNN has its folder for itself: for one among the packages of the system there are links in the finder's folder.
func (f *Finder) Provide(ctx context.Context, want Want, note func(string)) (Toolkit, CUDNN, error) {
	if note == nil {
		note = func(string) {}
	}
	t, d, err := f.provide(ctx, want, note)
	if err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	d, err = f.alone(ctx, d, note)
	return t, d, err
}

func (f *Finder) provide(ctx context.Context, want Want, note func(string)) (Toolkit, CUDNN, error) {
	t, d, rejected, err := f.find(ctx, want)
	if err != nil || t.Home != "" {
		return t, d, err
	}
	sources, failed, err := f.candidates(want)
	if err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	sources = slices.DeleteFunc(sources, func(s source) bool { // provided again it would be the same
		home := filepath.Join(f.Dir, s.folder(want.Minimal))
		return slices.ContainsFunc(rejected, func(r Rejected) bool { return r.Home == home })
	})
	if len(sources) == 0 || f.Fetch == nil {
		return Toolkit{}, CUDNN{}, unfound(rejected, failed)
	}
	unlock, err := f.lock(ctx, note)
	if err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	defer unlock()
	if t, d, _, err := f.provided(ctx, want); err != nil || t.Home != "" {
		return t, d, err // another process has provided it meanwhile
	}
	for _, s := range sources {
		size := s.bytes(f.Platform, want.Minimal) >> 20
		note(fmt.Sprintf("CUDA %s is being provided: %d MB from %s", s.Version, size, origins[s.Origin]))
		t, d, err := f.make(ctx, s, want)
		if ctx.Err() != nil {
			return Toolkit{}, CUDNN{}, fmt.Errorf("providing CUDA %s: %w", s.Version, context.Cause(ctx))
		}
		if err == nil {
			note(fmt.Sprintf("%s comes from %s", t, origins[s.Origin]))
			return t, d, nil
		}
		err = fmt.Errorf("providing CUDA %s from %s: %w", s.Version, origins[s.Origin], err)
		note(err.Error())
		failed = append(failed, err)
	}
	return Toolkit{}, CUDNN{}, unfound(rejected, failed)
}

// origins names the origins for people.
var origins = map[string]string{
	Redist: "NVIDIA's redistributable archives", PyPI: "the wheels of PyPI", Debian: "Debian's packages",
}

// candidates returns the sources that may give what is wanted, in the order of the release line's list, and why the
// others may not. That is known before anything is fetched.
func (f *Finder) candidates(want Want) (good []source, refused []error, err error) {
	for _, version := range provisions[releaseLine(want.Line)] {
		if want.Version != "" && want.Version != version {
			continue
		}
		s, err := f.source(version)
		if err != nil {
			return nil, nil, err
		}
		if why := f.refuse(s, want); why != nil {
			refused = append(refused, fmt.Errorf("CUDA %s cannot be provided: %w", version, why))
			continue
		}
		good = append(good, s)
	}
	if want.Version != "" && len(good)+len(refused) == 0 {
		v, err := ParseVersion(want.Version)
		if err := cmp.Or(err, SupportedVersion(want.Line, v)); err != nil {
			return nil, nil, err
		}
		there := strings.Join(provisions[releaseLine(want.Line)], ", ")
		return nil, nil, &fault.Error{
			Op: "provide CUDA " + want.Version, Err: fmt.Errorf("for ONNX Runtime %s there is %s", want.Line, there),
			Hint: "set ORT_CUDA_VERSION to one of these, or install the other and set ORT_CUDA_HOME",
		}
	}
	return good, refused, nil
}

// refuse returns why a source does not give what is wanted, or nil.
func (f *Finder) refuse(s source, want Want) error {
	switch {
	case len(s.parts(f.Platform, want.Minimal)) == 0:
		return fmt.Errorf("not for %s", f.Platform)
	case !want.Minimal && !s.full(f.Platform):
		return errors.New("only for a minimal build, because it comes without cuDNN")
	}
	version, err := ParseVersion(s.Version)
	if err != nil {
		return err
	}
	var d CUDNN // the source's own, which fits
	if f.CUDNNHome != "" && !want.Minimal {
		if d, err = f.cudnnFor(Toolkit{}); err != nil {
			return err
		}
	}
	return Supported(want.Line, Toolkit{Version: version}, d, want.Architectures, want.HostGCC)
}

func (f *Finder) source(version string) (source, error) {
	if i := slices.IndexFunc(f.sources, func(s source) bool { return s.Version == version }); i >= 0 {
		return f.sources[i], nil
	}
	return loadSource(version)
}

// lock makes this the only process that changes the folder, and clears away what one that was killed has left.
func (f *Finder) lock(ctx context.Context, note func(string)) (unlock func(), err error) {
	if err := os.MkdirAll(f.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder for CUDA toolkits: %w", err)
	}
	lock := flock.New(filepath.Join(f.Dir, "lock"))
	free, err := lock.TryLock()
	if err == nil && !free {
		note("waiting for another process that provides CUDA in " + f.Dir)
		_, err = lock.TryLockContext(ctx, 100*time.Millisecond)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = f.clear()
	}
	if err != nil {
		_ = lock.Unlock()
		return nil, fmt.Errorf("locking the folder for CUDA toolkits %q: %w", f.Dir, err)
	}
	return func() { _ = lock.Unlock() }, nil
}

// clear removes unfinished folders.
func (f *Finder) clear() error {
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), temporary) {
			if err := os.RemoveAll(filepath.Join(f.Dir, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
