package ci

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lintLine takes a line apart: whether it is an entry of a list, its key, its value.
var lintLine = regexp.MustCompile(`^ *(- )?(?:([\w-]+):(?: |$))?([^#]*)`)

// asking are the lists that ask for something, or say what their neighbours are about. Every other one takes something
// away from the rules.
var asking = []string{
	"build-tags", "sort-order", "enable", "deny", "forbid", "files", "arguments", "linters", "sections",
}

// exclusions returns the lines, counted from 0, that take something away from the linter's rules.
func exclusions(lines []string) (numbers []int) {
	list := ""
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		found := lintLine.FindStringSubmatch(line)
		entry, key, value := found[1] != "", found[2], strings.TrimSpace(found[3])
		excludes := false
		switch {
		case entry:
			excludes = !slices.Contains(asking, list) && key != "name" // revive names a rule that is to be kept
		case value == "":
			list = key
		case strings.HasPrefix(value, "["):
			excludes = !slices.Contains(asking, key) || strings.Contains(value, "!")
		case value == "false":
			excludes = key != "allow-unused" // the stricter one
		}
		if excludes {
			numbers = append(numbers, i)
		}
	}
	return numbers
}

// What nolint comments must say is checked by the linter itself, nolintlint.
func TestEveryExclusionFromLintHasAReason(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	var seen strings.Builder
	for _, i := range exclusions(lines) {
		seen.WriteString(lines[i] + "\n")
		above := strings.HasPrefix(strings.TrimSpace(lines[i-1]), "#")
		require.True(t, above || strings.Contains(lines[i], " # "), ".golangci.yml, line %d: say why, above it or behind it", i+1)
	}
	for _, kind := range []string{
		"exclude-functions:", "G104", "fieldalignment", "rela", "errorsastype", "slicesclip", "begin: false", "!$test", "path: '^ortwrap/'",
	} {
		require.Contains(t, seen.String(), kind, "the test does not see it")
	}
}
