// Package ci guards the repository itself: what must be true of its files, whatever they do.
package ci

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = ".."

// order is the way that data flows: a package imports only packages that stand before it, and internal ones.
var order = []string{
	"settings", "spec", "platform", "release", "debian", "pypi", "fetch", "source/unpack", "source/patch", "source", "toolchain", "dnnl",
	"cuda", "cmake", "archive", "isolate", "devicecode", "audit", "install", "store", "plan", "bundle", "bench", "peer",
	"consumer", "matrix", "command",
}

func TestImportsFollowTheDataFlow(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./build/...")
	cmd.Dir = root
	out, err := cmd.Output()
	require.NoError(t, err)

	const prefix = "github.com/onnxruntime-builder/onnxruntime-builder/"
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		name := strings.TrimPrefix(pkg.ImportPath, prefix+"build/")
		place := slices.Index(order, name)
		internal := strings.HasPrefix(name, "internal/")
		require.True(t, internal || place >= 0, "%s has no place in the data flow", name)
		for _, imported := range pkg.Imports {
			require.False(t, imported == prefix+"ortwrap", "%s imports ortwrap", name)
			other, ours := strings.CutPrefix(imported, prefix+"build/")
			if !ours || strings.HasPrefix(other, "internal/") {
				continue
			}
			require.False(t, internal, "%s imports %s, which stands above it", name, other)
			require.Less(t, slices.Index(order, other), place, "%s imports %s, which stands after it", name, other)
		}
	}
}

// bans are calls that belong to one package each.
var bans = []struct {
	call   string
	where  []string // path prefixes that may use it
	reason string
}{
	{`\bexec\.Command`, []string{"build/internal/run/"}, "programs are started by build/internal/run"},
	{`\bos\.Exit\(`, nil, "errors are returned"},
	{`\b(fmt\.Print|log\.(Print|Fatal|Panic|New))`, nil, "output goes to the streams that are passed in"},
	{
		`\b((os|syscall)\.(Getenv|LookupEnv|Environ|ExpandEnv|Setenv|Unsetenv|Clearenv|User(Home|Cache|Config)Dir)|exec\.LookPath)\b`,
		// Where a call begins, which hands all to settings.Load; what only tests import.
		[]string{"build/command/do.go", "build/internal/testkit/"},
		"the environment is read by build/settings, and is given to programs without being changed",
	},
	{`"github.com/magefile/mage/sh"`, nil, "it expands $NAME in arguments and ignores the context"},
}

func TestBannedCallsStayWhereTheyBelong(t *testing.T) {
	t.Parallel()
	forGoFiles(t, filepath.Join(root, "build"), func(path, text string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, ban := range bans {
			allowed := slices.ContainsFunc(ban.where, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
			if !allowed {
				require.NotRegexp(t, regexp.MustCompile(`(?m)^[^/\n]*`+ban.call), text, "%s: %s", path, ban.reason)
			}
		}
	})
}

func TestEveryPackageHasOnePackageComment(t *testing.T) {
	t.Parallel()
	comments := map[string]int{}
	forGoFiles(t, root, func(path, text string) {
		if strings.HasSuffix(path, "_test.go") && filepath.Dir(path) != "ci" {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.PackageClauseOnly|parser.ParseComments)
		require.NoError(t, err)
		comments[filepath.Dir(path)] += 0
		if file.Doc != nil {
			comments[filepath.Dir(path)]++
		}
	})
	for dir, n := range comments {
		require.Equal(t, 1, n, "package comments in %s", dir)
	}
}

// forGoFiles calls f with the path (relative to the repository) and the text of every Go file below dir.
func forGoFiles(t *testing.T, dir string, f func(path, text string)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(relative), string(text))
		return nil
	}))
}
