package ci

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/stretchr/testify/require"
)

// pin is a table of a data file, or a list of them.
type pinned struct {
	file  string
	table map[string]any
}

// pins returns every table of the data files that says where something comes from.
func pins(t *testing.T) (list []pinned) {
	t.Helper()
	var walk func(file string, value any)
	walk = func(file string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for _, key := range []string{"url", "urls", "pypi", "file", "sha256"} {
				if v[key] != nil {
					list = append(list, pinned{file, v})
					break
				}
			}
			for _, inner := range v {
				walk(file, inner)
			}
		case []any:
			for _, inner := range v {
				walk(file, inner)
			}
		}
	}
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "build"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Base(filepath.Dir(path)) != "data" || filepath.Ext(path) != ".toml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var content map[string]any
		require.NoError(t, toml.Unmarshal(text, &content), path)
		walk(path, content)
		return nil
	}))
	require.Greater(t, len(list), 50)
	return list
}

var sha256 = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Whatever is fetched is known by its digest before, wherever it comes from. What Debian's packages are is said by apt,
// which checks their signature.
func TestEveryPinHasADigestAndASafeAddress(t *testing.T) {
	t.Parallel()
	for _, p := range pins(t) {
		require.Regexp(t, sha256, p.table["sha256"], "%s: %v", p.file, p.table)
		urls, _ := p.table["urls"].([]any)
		if one, ok := p.table["url"].(string); ok {
			urls = append(urls, one)
		}
		for _, u := range urls {
			text, ok := u.(string)
			require.True(t, ok && strings.HasPrefix(text, "https://"), "%s: %v is not an https URL", p.file, u)
		}
	}
}
