package matrix_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
)

// host is a machine with everything.
var host = matrix.Host{
	Root: "/repository", Home: "/home/me/ort", Go: "/opt/go", Modules: "/home/me/go/pkg/mod", Certificates: "/etc/certs.pem",
	User: "1000:1000", Cores: 16, Mirror: "/mnt/usb", Offline: true,
	Programs: []string{
		"PATH=/bin", "https_proxy=http://proxy.example:1", "PIP_INDEX_URL=https://pip.example", "PIP_FIND_LINKS=/opt/wheels",
		"PIP_CERT=/etc/certs.pem", "npm_config_registry=https://npm.example", "CCACHE_DIR=/home/me/ccache", "GOPROXY=https://go.example",
	},
}

func TestWhatARowSees(t *testing.T) {
	t.Parallel()
	rows := parse(t, small).Rows
	plain := matrix.Host{Home: "/home/me/ort", Go: "/usr/lib/go", Modules: "/home/me/go/pkg/mod", Cores: 2, Mirror: "https://mirror.example", Version: "1.22.0", Jobs: 7}
	for name, c := range map[string]matrix.Container{
		"everything": host.Container(rows[0], "x-old-1", "localhost/x/old", "/home/me/ort/matrix/old/src-1"),
		"little":     plain.Container(rows[1], "x-new-1", "localhost/x/new", "/home/me/ort/matrix/new/src-1"),
	} {
		text := strings.Join([]string{c.Name, c.Image, c.Dir, c.User, ""}, "\n")
		for _, m := range c.Mounts {
			text += "mount " + m.String() + "\n"
		}
		testkit.Golden(t, "place-"+name, text+strings.Join(append(c.Environment, c.Inherited...), "\n")+"\n")
	}
}

// What the builder refuses would fail every step.
func TestVariablesOfARowAreSettings(t *testing.T) {
	t.Parallel()
	m, err := matrix.Load("../..")
	require.NoError(t, err)
	for _, row := range m.Rows {
		unmirrored := host
		unmirrored.Mirror = ""
		s, err := settings.Load(unmirrored.Container(row, "", "", "").Environment)
		require.NoError(t, err, row.Name)
		require.Equal(t, row.Target, s.Target)
		require.Equal(t, row.Providers, s.Providers, row.Name)
		require.Equal(t, "/cache/builder", s.Home)
		if row.Environment["ORT_JOBS"] == "" {
			require.Equal(t, row.Memory/2, s.Jobs, "a job for two gigabytes, on a machine with many cores")
		}
	}
}

func TestCertificatesAreTheNamedOnesOrTheSystems(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "certs.pem")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	named := filepath.Join(t.TempDir(), "named.pem")
	require.NoError(t, os.WriteFile(named, nil, 0o600))
	require.Equal(t, named, matrix.Certificates([]string{"SSL_CERT_FILE=" + named}, []string{file}))
	require.Equal(t, file, matrix.Certificates([]string{"SSL_CERT_FILE=/no/such/file"}, []string{file}))
	require.Equal(t, file, matrix.Certificates(nil, []string{"/no/such/file", file}))
	require.Empty(t, matrix.Certificates(nil, []string{"/no/such/file"}))
}

func TestSourcesAreCopiedAsGitKnowsThem(t *testing.T) {
	t.Parallel()
	root, dir, bin := t.TempDir(), filepath.Join(t.TempDir(), "copy"), t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), mode))
	}
	write(".gitignore", "*.log\n", 0o644)
	write("a b/known", "old", 0o644)
	write("ci/script", "#!/bin/sh\n", 0o755)
	write("removed", "", 0o644)
	require.NoError(t, os.Symlink("a b/known", filepath.Join(root, "link")))
	commands := [][]string{{"init", "-q"}, {"add", "."}}
	if _, err := exec.LookPath("git"); err != nil { // the sources may have come in an archive: then a script says what git would
		const git = "#!/bin/sh\nprintf '%s\\0' .gitignore 'a b/known' ci/script link new removed\n"
		require.NoError(t, os.WriteFile(filepath.Join(bin, "git"), []byte(git), 0o700))
		commands = nil
	}
	for _, args := range commands {
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	write("a b/known", "changed", 0o644)
	write("new", "", 0o644)
	write("noise.log", "", 0o644)
	require.NoError(t, os.Remove(filepath.Join(root, "removed")))

	runner := &run.Exec{Env: []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + root}}
	require.NoError(t, matrix.CopySources(t.Context(), runner, root, dir))
	text, err := os.ReadFile(filepath.Join(dir, "a b", "known"))
	require.NoError(t, err)
	require.Equal(t, "changed", string(text), "as it is now")
	info, err := os.Stat(filepath.Join(dir, "ci", "script"))
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&0o100, "it can be run")
	target, err := os.Readlink(filepath.Join(dir, "link"))
	require.NoError(t, err)
	require.Equal(t, "a b/known", target)
	require.FileExists(t, filepath.Join(dir, "new"))
	for _, name := range []string{"noise.log", "removed", ".git"} {
		require.NoFileExists(t, filepath.Join(dir, name))
		require.NoDirExists(t, filepath.Join(dir, name))
	}
	runner = &run.Exec{Env: []string{"PATH=" + t.TempDir()}}
	err = matrix.CopySources(t.Context(), runner, t.TempDir(), dir)
	require.ErrorContains(t, err, "list the files of the checkout")
}
