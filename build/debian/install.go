package debian

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Request is what [Archive.Install] unpacks.
type Request struct {
	Packages  []string // names of packages: "cmake", "ninja-build"; also those that have the programs, "pkgconf-bin"
	Backports []string // those that come from <codename>-backports where it has them: "cmake", "cmake-data"
	// Programs are slash paths below the folder that must find their libraries there: "usr/bin/cmake". A pattern stands
	// for the programs that it matches, perhaps none: "usr/bin/aarch64-linux-gnu-*".
	Programs []string
}

// Package is a package that was unpacked.
type Package struct {
	Name, Version string
	SHA256        digest.Digest // of its .deb file, which apt checked against the signed index
}

// String returns "ninja-build 1.11.1-2 sha256:…".
func (p Package) String() string { return fmt.Sprintf("%s %s %v", p.Name, p.Version, p.SHA256) }

// core are packages that belong to the system. A second C library in a program's library path would break it.
var core = []string{"libc6", "libc-bin", "libgcc-s1", "libstdc++6"}

// Install downloads packages and whatever they need that this machine lacks, and unpacks them below dir, which must be
// empty or missing. It runs no script of theirs, and needs no root. After an error dir is of no use.
//
// The programs of the request find their libraries in dir, wherever dir is moved to, and in the system those that the
// machine has already. Packages come from the suites that the machine is configured for, plus backports, and are checked
// with its keys.
func (a Archive) Install(ctx context.Context, r run.Runner, req Request, dir string) ([]Package, error) {
	packages, err := a.install(ctx, r, req, dir)
	if err == nil {
		return packages, nil
	}
	f := &fault.Error{Op: "provide " + strings.Join(req.Packages, ", "), On: "Debian packages", Err: err}
	var exit *run.ExitError
	if errors.As(err, &exit) {
		f.Tail = exit.Tail
		f.Hint = "see whether apt-get update works on this machine; or, as root: apt-get install " +
			strings.Join(req.Packages, " ")
	}
	return nil, f
}

func (a Archive) install(ctx context.Context, r run.Runner, req Request, dir string) ([]Package, error) {
	dir, err := filepath.Abs(dir) // apt takes a relative path as one below its own folders
	if err != nil {
		return nil, fmt.Errorf("naming the folder %q: %w", dir, err)
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("the folder %q is not empty", dir)
	}
	state := filepath.Join(dir, ".apt")
	if err := a.writeState(req, state); err != nil {
		return nil, err
	}
	for _, cmd := range commands(req, state) {
		if err := r.Run(ctx, cmd); err != nil {
			return nil, fmt.Errorf("running apt-get with a private state: %w", err)
		}
	}
	files, err := glob.In(archives(state), "*.deb")
	if err != nil || len(files) == 0 {
		return nil, errors.Join(errors.New("apt-get downloaded no package"), err)
	}
	packages, err := unpack(ctx, r, files, dir)
	if err != nil {
		return nil, err
	}
	if err := a.setLibraryPaths(ctx, r, req.Programs, dir); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(state); err != nil {
		return nil, fmt.Errorf("removing apt's private state: %w", err)
	}
	return packages, nil
}

// unpack unpacks .deb files, in the order of their names, without those of core.
func unpack(ctx context.Context, r run.Runner, files []string, dir string) ([]Package, error) {
	slices.Sort(files)
	var packages []Package
	for _, file := range files {
		p, err := parseFileName(filepath.Base(file))
		if err != nil {
			return nil, err
		}
		if slices.Contains(core, p.Name) {
			continue
		}
		if p.SHA256, _, err = digest.OfFile(file); err != nil {
			return nil, err
		}
		if err := r.Run(ctx, run.Cmd{Path: "dpkg-deb", Args: []string{"--extract", file, dir}}); err != nil {
			return nil, fmt.Errorf("unpacking %s: %w", filepath.Base(file), err)
		}
		packages = append(packages, p)
	}
	return packages, nil
}

// parseFileName reads "name_version_arch.deb"; apt writes an epoch's colon as %3a.
func parseFileName(base string) (Package, error) {
	fields := strings.Split(strings.TrimSuffix(base, ".deb"), "_")
	if len(fields) != 3 || fields[0] == "" {
		return Package{}, fmt.Errorf("%q is not a name of the form name_version_arch.deb", base)
	}
	version, err := url.PathUnescape(fields[1])
	if err != nil || version == "" {
		return Package{}, fmt.Errorf("%q does not give a version: %w", base, err)
	}
	return Package{Name: fields[0], Version: version}, nil
}
