package pypi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
)

const debianWheel = "pip-23.0.1-py3-none-any.whl"

// machine answers for a python3 whose own pip says own, and which runs wheels of pip; and for apt.
func machine(t *testing.T, own string) *run.Recorder {
	t.Helper()
	return &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		last := ""
		if len(cmd.Args) > 0 {
			last = cmd.Args[0]
		}
		switch {
		case cmd.Path == "python3" && slices.Contains(cmd.Args, "download"):
			if strings.Contains(own, "unreachable") {
				return &run.ExitError{Cmd: cmd, Code: 1, Tail: "no route", Err: errors.New("exit status 1")}
			}
			wish, err := os.ReadFile(after(t, cmd.Args, "--requirement"))
			require.NoError(t, err)
			require.Regexp(t, `^pip==\d[\d.]+ --hash=sha256:[0-9a-f]{64}\n$`, string(wish))
			version := strings.Fields(strings.TrimPrefix(string(wish), "pip=="))[0]
			name := filepath.Join(after(t, cmd.Args, "--dest"), "pip-"+version+"-py3-none-any.whl")
			require.NoError(t, os.WriteFile(name, nil, 0o600))
			return nil
		case cmd.Path == "python3" && last == "-m" && own == "":
			return &run.ExitError{Cmd: cmd, Code: 1, Tail: "/usr/bin/python3: No module named pip", Err: errors.New("exit status 1")}
		case cmd.Path == "python3" && last == "-m":
			_, err := io.WriteString(cmd.Stdout, own)
			return err
		case cmd.Path == "python3" && strings.Contains(last, "broken"):
			return &run.ExitError{Cmd: cmd, Code: 1, Tail: "zipimport.ZipImportError: can't find module", Err: errors.New("exit status 1")}
		case cmd.Path == "python3":
			require.FileExists(t, filepath.Dir(last))
			_, err := io.WriteString(cmd.Stdout, "pip 23.0.1 from "+last+" (python 3.11)\n")
			return err
		case cmd.Path == "apt-get" && slices.Contains(cmd.Args, "install"):
			require.Contains(t, cmd.Args, "python3-pip-whl")
			for _, arg := range cmd.Args {
				if folder, ok := strings.CutPrefix(arg, "Dir::Cache::Archives="); ok {
					require.NoError(t, os.WriteFile(filepath.Join(folder, "python3-pip-whl_23.0.1+dfsg-1_all.deb"), nil, 0o600))
				}
			}
		case cmd.Path == "dpkg-deb":
			folder := filepath.Join(cmd.Args[2], "usr/share/python-wheels")
			require.NoError(t, os.MkdirAll(folder, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(folder, debianWheel), nil, 0o600))
		}
		return nil
	}}
}

func archive(context.Context) (debian.Archive, error) {
	return debian.Archive{
		Arch: "amd64", Codename: "bookworm",
		Sources: []debian.Source{{URI: "http://a.example/debian", Suite: "bookworm"}},
	}, nil
}

func TestDiscoverTakesThePipOfPython(t *testing.T) {
	t.Parallel()
	r := machine(t, "pip 26.3 from /usr/lib/python3/dist-packages/pip (python 3.13)\n")
	c, err := pypi.DiscoverBelow(t.Context(), r, t.TempDir(), t.TempDir(), nil)
	require.NoError(t, err)
	require.Equal(t, []string{"python3", "-m", "pip"}, c.Command)
	require.Equal(t, "26.3", c.Version)
	require.Len(t, r.Commands(), 1)
}

func TestDiscoverTakesTheWheelOfTheSystemWhereThePipIsMissingOrOld(t *testing.T) {
	t.Parallel()
	for _, own := range []string{"", "pip 20.3.4 from /x (python 3.9)\n", "what?"} {
		system := t.TempDir()
		for _, name := range []string{debianWheel, "setuptools-66.1.1-py3-none-any.whl", "pip-9-broken-py3-none-any.whl"} {
			require.NoError(t, os.WriteFile(filepath.Join(system, name), nil, 0o600))
		}
		c, err := pypi.DiscoverBelow(t.Context(), machine(t, own), t.TempDir(), system, nil)
		require.NoError(t, err)
		require.Equal(t, []string{"python3", filepath.Join(system, debianWheel, "pip")}, c.Command)
	}
}

func TestDiscoverProvidesDebiansPipOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "my pip")
	for range 2 {
		asked := 0
		c, err := pypi.DiscoverBelow(t.Context(), machine(t, ""), dir, t.TempDir(), func(ctx context.Context) (debian.Archive, error) {
			asked++
			return archive(ctx)
		})
		require.NoError(t, err)
		require.Equal(t, []string{"python3", filepath.Join(dir, debianWheel, "pip")}, c.Command)
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, entries, 1, "nothing but the wheel")
		if asked == 0 {
			return
		}
	}
	t.Fatal("Debian was asked twice")
}

func after(t *testing.T, args []string, option string) string {
	t.Helper()
	i := slices.Index(args, option)
	require.GreaterOrEqual(t, i, 0, option)
	return args[i+1]
}

// As on Debian 11, whose archive has no newer one.
func TestAnOldPipFetchesANewerOneOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pip")
	r := machine(t, "pip 20.3.4 from /x (python 3.9)\n")
	for range 2 {
		c, err := pypi.DiscoverBelow(t.Context(), r, dir, t.TempDir(), nil)
		require.NoError(t, err)
		require.Equal(t, "python3", c.Command[0])
		require.Regexp(t, "^"+regexp.QuoteMeta(dir)+`/pip-2\d\.[\d.]+-py3-none-any\.whl/pip$`, c.Command[1])
	}
	downloads := 0
	for _, cmd := range r.Commands() {
		if slices.Contains(cmd.Args, "download") {
			downloads++
			for _, unknown := range []string{"--ignore-requires-python", "--platform"} { // to pip 20.3, or in its form of today
				require.NotContains(t, cmd.Args, unknown)
			}
		}
	}
	require.Equal(t, 1, downloads)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing but the wheel")
}

func TestDiscoverSaysWhyThereIsNoPip(t *testing.T) {
	t.Parallel()
	noPython := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		return fmt.Errorf("%s: %w", cmd.Path, run.ErrNotFound)
	}}
	noDebian := func(context.Context) (debian.Archive, error) { return debian.Archive{}, debian.ErrNoApt }
	for want, c := range map[string]struct {
		runner  *run.Recorder
		archive func(context.Context) (debian.Archive, error)
		hint    string
	}{
		"python3: program not found in PATH": {noPython, archive, "apt-get install python3 python3-pip"},
		"No module named pip":                {machine(t, ""), nil, "apt-get install python3-pip"},
		debian.ErrNoApt.Error():              {machine(t, ""), noDebian, "dnf install python3-pip"},
		"pip 20.3.4 is older than 21.2":      {machine(t, "pip 20.3.4 from /unreachable"), noDebian, "apt-get"},
		"with pip 20.3.4":                    {machine(t, "pip 20.3.4 from /unreachable"), noDebian, "apt-get"},
	} {
		_, err := pypi.DiscoverBelow(t.Context(), c.runner, t.TempDir(), t.TempDir(), c.archive)
		require.ErrorIs(t, err, pypi.ErrNoPip, want)
		require.ErrorContains(t, err, want)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Contains(t, f.Hint, c.hint)
	}
}
