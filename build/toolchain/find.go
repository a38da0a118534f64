package toolchain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// patience is how long a program may take to say its version.
const patience = 30 * time.Second

// Find looks for the tools on this machine, and then among those that were provided before. It changes nothing but its
// own notes on programs and its scripts in front of compilers that were provided. Tools that are not found are missing from the Set, and named. An error tells that the search
// itself failed, or that a choice in want cannot be kept.
func (f *Finder) Find(ctx context.Context, want Want) (Set, []Missing, error) {
	files := f.files()
	defer files.save()
	s, err := f.find(ctx, want, files)
	if err = errors.Join(err, s.compilersErr, s.launcherErr); err != nil {
		return Set{}, nil, err
	}
	return s.set, s.missing, nil
}

// search is what was found, and why a choice of the user cannot be kept.
type search struct {
	set                       Set
	missing                   []Missing
	compilersErr, launcherErr error
}

// files returns this package's notes on programs.
func (f *Finder) files() *cache { return openCache(filepath.Join(f.Dir, "programs.json")) }

func (f *Finder) find(ctx context.Context, want Want, files *cache) (search, error) {
	provided, err := f.provided(files)
	if err != nil {
		return search{}, err
	}
	all := kinds(want)
	tools := make([]Tool, len(all))
	lacks := make([]*Missing, len(all))
	var s search
	var compilers pair
	var tasks sync.WaitGroup
	tasks.Go(func() {
		if want.Target.IsMachine() {
			compilers, s.compilersErr = f.compilers(ctx, want)
		} else {
			compilers, s.compilersErr = f.targetCompilers(ctx, want, provided, files)
		}
	})
	tasks.Go(func() { s.set.Launcher, s.launcherErr = f.launcher(ctx, want.Launcher, files) })
	for i, k := range all {
		if k.compiles != nil {
			continue
		}
		tasks.Go(func() { tools[i], lacks[i] = f.look(ctx, k, provided[k.name], files) })
	}
	tasks.Wait()
	if ctx.Err() != nil {
		return search{}, fmt.Errorf("looking for the tools of a build: %w", context.Cause(ctx))
	}
	s.set.CC, s.set.CXX, s.missing = compilers.cc, compilers.cxx, compilers.missing
	for i, lack := range lacks {
		switch {
		case all[i].compiles != nil:
		case lack != nil:
			s.missing = append(s.missing, *lack)
		default:
			s.set.put(tools[i])
		}
	}
	if !want.Target.IsMachine() {
		s.set.AR, s.set.Ranlib = compilers.ar, compilers.ranlib
		s.set.Sysroot = f.sysroot(ctx, s.set, want.Target)
	}
	if want.Launcher == "" && masquerades(s.set.CXX.Path) {
		s.set.Launcher = nil // the compiler is a link to a compiler cache already
	}
	return s, nil
}

// look searches one tool: in PATH, then among those that were provided.
func (f *Finder) look(ctx context.Context, k kind, provided []Tool, files *cache) (Tool, *Missing) {
	missing := &Missing{Name: k.name, Need: k.bounds.String()}
	var candidates []Tool
	for _, path := range lookAll(k.programs, f.Env) {
		candidates = append(candidates, Tool{Path: path, Origin: Machine})
	}
	for _, candidate := range append(candidates, provided...) {
		version, path, err := f.ask(ctx, k, candidate.Path, files)
		why := "does not run"
		var exit *run.ExitError
		if k.silent && errors.As(err, &exit) {
			path, err = candidate.Path, nil
		}
		if err == nil {
			if why = k.reject(version); why == "" {
				return Tool{Name: k.name, Path: path, Version: version, Origin: candidate.Origin}, nil
			}
		}
		missing.Rejected = append(missing.Rejected, Rejected{Path: candidate.Path, Version: version, Why: why})
	}
	return Tool{}, missing
}

// ask makes a program say its version, or remembers it. path is where the program really is, if it knows better.
func (f *Finder) ask(ctx context.Context, k kind, program string, files *cache) (version, path string, err error) {
	get := func() (string, error) { return f.output(ctx, program, k.args...) }
	var text string
	if k.inKey && isScript(program) { // a version manager's script stays the same when the program behind it does not
		text, err = get()
	} else {
		text, err = files.output(program, strings.Join(k.args, " "), get)
	}
	if err != nil {
		return "", "", err
	}
	version, path = k.read(text)
	if path == "" || !filepath.IsAbs(path) {
		path = program
	}
	return version, path, nil
}

// output runs a program that only tells something.
func (f *Finder) output(ctx context.Context, program string, args ...string) (text string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// A program that has just been unpacked is still open for writing in a process that another goroutine is about to
	// start (golang.org/issue/22315).
	for wait := 10 * time.Millisecond; wait < time.Second; wait *= 2 {
		text, err = run.Output(ctx, f.Runner, run.Cmd{Path: program, Args: args, Env: []string{"LC_ALL=C"}})
		if !errors.Is(err, syscall.ETXTBSY) {
			break
		}
		time.Sleep(wait)
	}
	return text, err
}

// lookAll returns every program in PATH that has one of the names: all of the first name, then all of the next.
func lookAll(names, env []string) []string {
	var found []string
	for _, name := range names {
		for _, entry := range env {
			list, ok := strings.CutPrefix(entry, "PATH=")
			if !ok {
				continue
			}
			for _, dir := range filepath.SplitList(list) {
				path := filepath.Join(dir, name)
				if filepath.IsAbs(path) && isProgram(path) && !slices.Contains(found, path) {
					found = append(found, path)
				}
			}
		}
	}
	return found
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

func isScript(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	var magic [2]byte
	n, _ := file.Read(magic[:]) // a short or unreadable file is no script
	return bytes.Equal(magic[:n], []byte("#!"))
}
