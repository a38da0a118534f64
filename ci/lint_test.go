package ci

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// switchedOff matches a line that leaves something out of the linter's rules.
var switchedOff = regexp.MustCompile(`^\s+- (path|G\d+|fieldalignment|shadow|stringsbuilder)\b`)

// What nolint comments must say is checked by the linter itself, nolintlint.
func TestEveryExclusionFromLintHasAReason(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	seen := 0
	for i, line := range lines {
		if !switchedOff.MatchString(line) {
			continue
		}
		seen++
		above := strings.HasPrefix(strings.TrimSpace(lines[i-1]), "#")
		require.True(t, above || strings.Contains(line, " # "), ".golangci.yml, line %d: say why, above it or behind it", i+1)
	}
	require.NotZero(t, seen)
}
