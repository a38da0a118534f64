package debian_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

var archive = debian.Archive{
	Mirrors: []string{"http://a.example/debian"}, Arch: "amd64", Codename: "bookworm",
	Sources: []debian.Source{
		{URI: "http://a.example/debian", Suite: "bookworm"},
		{URI: "http://a.example/debian-security", Suite: "bookworm-security"},
	},
}

var cmake = debian.Request{
	Packages: []string{"cmake", "ninja-build"}, Backports: []string{"cmake", "cmake-data"},
	Programs: []string{"usr/bin/cmake", "usr/bin/ninja", "usr/bin/script"},
}

func TestCommandLinesAndFilesOfThePrivateApt(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, cmd := range debian.Commands(cmake, "/my tools/.apt") {
		text.WriteString(strings.ReplaceAll(cmd.String(), " -o ", " \\\n  -o ") + "\n\n")
	}
	sources, preferences := archive.StateFiles(cmake)
	testkit.Golden(t, "install", text.String()+"--- sources.list\n"+sources+"--- preferences\n"+preferences)

	plain := debian.Request{Packages: []string{"patch"}}
	sources, preferences = archive.StateFiles(plain)
	require.NotContains(t, sources, "backports")
	require.Empty(t, preferences)
	require.NotContains(t, debian.Commands(plain, "/s")[1].Args, "patchelf", "there is no program to patch")
}

// programs answers for apt-get, dpkg-deb and patchelf. Each package has the files of its entry.
func programs(t *testing.T, packages map[string]map[string]string) *run.Recorder {
	t.Helper()
	return &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		switch {
		case cmd.Path == "apt-get" && slices.Contains(cmd.Args, "install"):
			for name := range packages {
				file := filepath.Join(option(cmd.Args, "Dir::Cache::Archives="), name)
				require.NoError(t, os.WriteFile(file, []byte(name), 0o600))
			}
		case cmd.Path == "dpkg-deb":
			dir := cmd.Args[2]
			for name, text := range packages[filepath.Base(cmd.Args[1])] {
				file := filepath.Join(dir, name)
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				if target, ok := strings.CutPrefix(text, "-> "); ok {
					require.NoError(t, os.Symlink(target, file))
					continue
				}
				require.NoError(t, os.WriteFile(file, []byte(text), 0o755))
			}
		}
		return nil
	}}
}

func option(args []string, name string) string {
	for _, arg := range args {
		if value, ok := strings.CutPrefix(arg, name); ok {
			return value
		}
	}
	return ""
}

func TestInstallUnpacksEveryPackageButTheSystemsOwn(t *testing.T) {
	t.Parallel()
	r := programs(t, map[string]map[string]string{
		"cmake_3.31.6-2~bpo12+1_amd64.deb": {"usr/bin/cmake": "\x7fELF…", "usr/bin/script": "#!/bin/sh"},
		"ninja-build_1%3a1.11.1-2_amd64.deb": {
			"usr/bin/ninja": "-> ../lib/ninja/ninja", "usr/lib/ninja/ninja": "\x7fELF…",
		},
		"libc6_2.36-9_amd64.deb": {"lib/libc.so.6": "never"},
	})
	dir := filepath.Join(t.TempDir(), "my [tools]*")
	packages, err := archive.Install(t.Context(), r, cmake, dir)
	require.NoError(t, err)
	require.Equal(t, []debian.Package{
		{Name: "cmake", Version: "3.31.6-2~bpo12+1", SHA256: digest.OfBytes([]byte("cmake_3.31.6-2~bpo12+1_amd64.deb"))},
		{Name: "ninja-build", Version: "1:1.11.1-2", SHA256: digest.OfBytes([]byte("ninja-build_1%3a1.11.1-2_amd64.deb"))},
	}, packages)
	require.NoDirExists(t, filepath.Join(dir, "lib"))
	require.NoDirExists(t, filepath.Join(dir, ".apt"))

	cmds := r.Commands()
	require.Len(t, cmds, 6, "update, install, two packages, two programs; none for the script")
	const up = "$ORIGIN/../../"
	require.Equal(t, []string{
		"--force-rpath", "--set-rpath", up + "usr/lib/x86_64-linux-gnu:" + up + "lib/x86_64-linux-gnu",
		filepath.Join(dir, "usr/bin/cmake"),
	}, cmds[4].Args)
	require.Equal(t, filepath.Join(dir, "usr/lib/ninja/ninja"), cmds[5].Args[3], "the file, not the link to it")
	require.Contains(t, cmds[5].Args[2], up+"../usr/lib/x86_64-linux-gnu:")
	require.Equal(t, filepath.Join(dir, "usr/bin/patchelf"), cmds[5].Path)
}

func TestInstallRefusesWhatItCannotTrust(t *testing.T) {
	t.Parallel()
	for want, packages := range map[string]map[string]map[string]string{
		"downloaded no package":    {},
		"not a name of the form":   {"cmake.deb": {}},
		`have no "usr/bin/cmake"`:  {"cmake_1_amd64.deb": {}},
		"is a link to \"/bin/sh\"": {"cmake_1_amd64.deb": {"usr/bin/cmake": "-> /bin/sh"}},
		"outside of them":          {"cmake_1_amd64.deb": {"usr/bin/cmake": "-> /bin/sh"}},
	} {
		if strings.Contains(want, "/bin/sh") {
			target, err := filepath.EvalSymlinks("/bin/sh")
			require.NoError(t, err)
			want = strings.ReplaceAll(want, "/bin/sh", target)
		}
		_, err := archive.Install(t.Context(), programs(t, packages), cmake, t.TempDir())
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "provide cmake, ninja-build")
	}

	occupied := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(occupied, "mine"), nil, 0o600))
	r := programs(t, nil)
	_, err := archive.Install(t.Context(), r, cmake, occupied)
	require.ErrorContains(t, err, "is not empty")
	require.Empty(t, r.Commands())
}

func TestInstallShowsWhatAptSaid(t *testing.T) {
	t.Parallel()
	r := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		failure := errors.New("exit status 100")
		return &run.ExitError{Cmd: cmd, Code: 100, Tail: "E: Unable to locate package cmake", Err: failure}
	}}
	_, err := archive.Install(t.Context(), r, cmake, t.TempDir())
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, "E: Unable to locate package cmake", f.Tail)
	require.Contains(t, f.Hint, "apt-get install cmake ninja-build")
	require.Len(t, r.Commands(), 1, "nothing after the failed update")
}

func FuzzParseFileName(f *testing.F) {
	f.Add("cmake_3.31.6-2~bpo12+1_amd64.deb")
	f.Add("ninja-build_1%3a1.11.1-2_amd64.deb")
	f.Fuzz(func(t *testing.T, name string) {
		p, err := debian.ParseFileName(name)
		if err == nil {
			require.NotEmpty(t, p.Name)
			require.NotEmpty(t, p.Version)
		}
	})
}
