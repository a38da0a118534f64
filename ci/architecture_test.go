package ci

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ci/markdown"
)

// The drawing has each package of the builder once, in brackets.
func TestTheDrawingOfTheArchitectureHasEveryPackage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	require.NoError(t, err)
	var drawn []string
	for _, found := range regexp.MustCompile(`\[([a-z/]+)\]`).FindAllStringSubmatch(markdown.Blocks(string(text))[0].Text, -1) {
		drawn = append(drawn, found[1])
	}
	want := slices.DeleteFunc(slices.Clone(order), func(name string) bool { return strings.HasPrefix(name, "source/") })
	drawn = slices.DeleteFunc(drawn, func(name string) bool {
		return slices.Contains(announced, name) && !slices.Contains(want, name)
	})
	require.ElementsMatch(t, want, drawn, "docs/architecture.md and the order of packages in repository_test.go differ")
}
