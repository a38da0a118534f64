package ci

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// goMod is what "go mod edit -json" says of a module.
type goMod struct {
	Go      string
	Require []struct {
		Path     string
		Indirect bool
	}
	Tool    []struct{ Path string }
	Replace []any
	Exclude []any
}

// moduleFolders are the modules of this repository. The last has programs for those who work on it, and no code.
var moduleFolders = []string{".", "ortwrap", "tools"}

func module(t *testing.T, folder string) (m goMod) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	cmd.Dir = filepath.Join(root, folder)
	out, err := cmd.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &m))
	return m
}

// A replace counts only in the module that is built, so a user would get other code than we have.
func TestModulesReplaceAndExcludeNothing(t *testing.T) {
	t.Parallel()
	for _, folder := range moduleFolders {
		m := module(t, folder)
		require.Empty(t, m.Replace, folder)
		require.Empty(t, m.Exclude, folder)
	}
	require.NoFileExists(t, filepath.Join(root, "go.work"))
}

// The builder says which Go makes it; ortwrap asks no more of a user's than it needs.
func TestModulesNameOneGo(t *testing.T) {
	t.Parallel()
	builder := module(t, ".").Go
	require.Regexp(t, `^1\.\d+\.\d+$`, builder)
	require.Equal(t, builder, module(t, "tools").Go)
	require.Regexp(t, `^1\.\d+\.0$`, module(t, "ortwrap").Go)
	require.LessOrEqual(t, module(t, "ortwrap").Go, builder)
	for _, name := range []string{"README.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		for _, found := range regexp.MustCompile(`\bGo (1\.\d+(?:\.\d+)?)`).FindAllStringSubmatch(string(text), -1) {
			require.Equal(t, builder, found[1], name)
		}
	}
}

// direct returns what the module itself asks for: direct requirements, and the modules of its tools.
func direct(t *testing.T, folder string) (paths []string) {
	t.Helper()
	m := module(t, folder)
	for _, r := range m.Require {
		tool := false
		for _, program := range m.Tool {
			tool = tool || program.Path == r.Path || strings.HasPrefix(program.Path, r.Path+"/")
		}
		if !r.Indirect || tool {
			paths = append(paths, r.Path)
		}
	}
	slices.Sort(paths)
	return paths
}

var dependency = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|(.*)\\|(.*)\\|(.*)\\|$")

// docs/dependencies.md says of each why it is there, what it brings along, and what would take its place.
func TestEveryDependencyIsExplained(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	require.NoError(t, err)
	sections := strings.Split(string(text), "\n## ")[1:]
	for i, folder := range moduleFolders {
		require.Greater(t, len(sections), i)
		var named []string
		for _, row := range dependency.FindAllStringSubmatch(sections[i], -1) {
			named = append(named, row[1])
			for _, cell := range row[2:] {
				require.NotEmpty(t, strings.TrimSpace(cell), row[1])
			}
		}
		slices.Sort(named)
		require.Equal(t, direct(t, folder), named, "docs/dependencies.md, section %q", strings.SplitN(sections[i], "\n", 2)[0])
	}
}
