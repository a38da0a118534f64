package pypi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// systemWheels is the folder of Debian's python3-pip-whl.
const systemWheels = "usr/share/python-wheels"

// wheelPattern matches pip as one file, for any Python 3.
const wheelPattern = "pip-*-py3-none-any.whl"

// oldest is the first pip that lists versions and takes several platforms.
var oldest = semver.MustParse("21.2")

var versionPattern = regexp.MustCompile(`^pip (\d+(?:\.\d+)*)`)

// Discover returns a pip: that of python3 in PATH; one that lies in the system or in dir as a wheel; a newer one that
// python3's own downloads, which is too old; or Debian's. The last two it puts into dir, a folder of ours alone. archive,
// which may be nil, finds Debian. Where none serves the error wraps [ErrNoPip].
func Discover(
	ctx context.Context, r run.Runner, dir string, archive func(context.Context) (debian.Archive, error),
) (Client, error) {
	return discovery{runner: r, dir: dir, system: filepath.Join("/", systemWheels)}.discover(ctx, archive)
}

// discovery is one call of [Discover].
type discovery struct {
	runner      run.Runner
	dir, system string
}

func (d discovery) discover(ctx context.Context, archive func(context.Context) (debian.Archive, error)) (Client, error) {
	c, err := d.find(ctx, archive)
	if err == nil || ctx.Err() != nil {
		return c, err
	}
	f := &fault.Error{
		Op: "find pip", Err: fmt.Errorf("%w: %w", ErrNoPip, err),
		Hint: "install pip for python3 (Debian, Ubuntu: apt-get install python3-pip; Fedora: dnf install python3-pip)",
	}
	if errors.Is(err, run.ErrNotFound) {
		f.Hint = "install python3 with pip (Debian, Ubuntu: apt-get install python3 python3-pip), or put it into PATH"
	}
	return Client{}, f
}

func (d discovery) find(ctx context.Context, archive func(context.Context) (debian.Archive, error)) (Client, error) {
	c, err := d.try(ctx, "-m", "pip")
	if err == nil || errors.Is(err, run.ErrNotFound) || ctx.Err() != nil {
		return c, err
	}
	failures := []error{err}
	for _, folder := range []string{d.system, d.dir} {
		c, err := d.tryWheels(ctx, folder)
		if err == nil {
			return c, nil
		}
		failures = append(failures, err)
	}
	var old *tooOldError
	if errors.As(err, &old) {
		err := d.renew(ctx, old.client)
		if err == nil {
			return d.tryWheels(ctx, d.dir)
		}
		if ctx.Err() != nil {
			return Client{}, err
		}
		failures = append(failures, err)
	}
	if err := d.provide(ctx, archive); err != nil {
		return Client{}, errors.Join(append(failures, err)...)
	}
	return d.tryWheels(ctx, d.dir)
}

// tryWheels tries the wheels of pip in a folder.
func (d discovery) tryWheels(ctx context.Context, folder string) (Client, error) {
	entries, _ := os.ReadDir(folder) // it need not be there
	var failures []error
	for _, entry := range slices.Backward(entries) { // the newest first, roughly
		if ok, _ := filepath.Match(wheelPattern, entry.Name()); !ok {
			continue
		}
		c, err := d.try(ctx, filepath.Join(folder, entry.Name(), "pip"))
		if err == nil {
			return c, nil
		}
		failures = append(failures, err)
	}
	return Client{}, errors.Join(append(failures, fmt.Errorf("no pip serves in %s", folder))...)
}

// try asks a pip for its version.
func (d discovery) try(ctx context.Context, args ...string) (Client, error) {
	c := Client{Runner: d.runner, Command: append([]string{"python3"}, args...)}
	out, err := run.Output(ctx, d.runner, run.Cmd{
		Path: c.Command[0], Args: append(slices.Clone(args), "--version"), Env: environment(),
	})
	var exit *run.ExitError
	if errors.As(err, &exit) && exit.Tail != "" {
		return Client{}, errors.New(lastLine(exit.Tail))
	}
	if err != nil {
		return Client{}, err
	}
	found := versionPattern.FindStringSubmatch(out)
	if found == nil {
		return Client{}, fmt.Errorf("pip does not say its version: %q", out)
	}
	c.Version = found[1]
	version, err := semver.NewVersion(c.Version)
	if err != nil || version.LessThan(oldest) {
		return Client{}, &tooOldError{c}
	}
	return c, nil
}

// tooOldError tells that a pip answers, and is too old.
type tooOldError struct{ client Client }

func (e *tooOldError) Error() string {
	return fmt.Sprintf("pip %s is older than %s", e.client.Version, oldest.Original())
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
