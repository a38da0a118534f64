package ci

import (
	"go/doc"
	"go/parser"
	"go/token"
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
	require.ElementsMatch(t, want, drawn, "docs/architecture.md and the order of packages in repository_test.go differ")
}

// The list of packages says of each what its own comment says first.
func TestReferenceOfPackages(t *testing.T) { //nolint:paralleltest // it may write, see section
	rows := [][]string{{"package", "it"}}
	for _, name := range order {
		rows = append(rows, []string{code("build/" + name), synopsis(t, filepath.Join(root, "build", filepath.FromSlash(name)))})
	}
	section(t, "docs/architecture.md", "packages", table(rows...))
}

// synopsis is the first sentence of a package comment, without the name.
func synopsis(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
		require.NoError(t, err)
		if text := file.Doc.Text(); text != "" && !strings.HasSuffix(path, "_test.go") {
			sentence := new(doc.Package).Synopsis(text)
			sentence = strings.TrimPrefix(sentence, "Package "+file.Name.Name+" ")
			return strings.TrimSuffix(sentence, ".")
		}
	}
	require.Fail(t, "no package comment", dir)
	return ""
}
