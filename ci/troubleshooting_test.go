package ci

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// texts returns all texts in the code of the builder and of ortwrap, each on its own: a sum of texts is one.
func texts(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, dir := range []string{"build", "ortwrap"} {
		forGoFiles(t, filepath.Join(root, dir), func(path, text string) {
			if strings.HasSuffix(path, "_test.go") {
				return
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				folded, ok := fold(e)
				if ok {
					all.WriteString(folded + "\x00")
				}
				return !ok
			})
		})
	}
	return all.String()
}

// fold returns the text of a literal, or of a sum with one: what is not known stands as "…".
func fold(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, leftOK := fold(e.X)
		right, rightOK := fold(e.Y)
		if !leftOK {
			left = "…"
		}
		if !rightOK {
			right = "…"
		}
		return left + right, leftOK || rightOK
	}
	return "", false
}

// Each message on the page, in the first column, is made of texts of the code: "…" stands for what differs from case to
// case. A message of a linker or of ONNX Runtime itself stands in a table with another head.
func TestMessagesOfTheTroubleshootingPageAreThoseOfTheCode(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(root, "docs", "troubleshooting.md"))
	require.NoError(t, err)
	code := texts(t)
	row := regexp.MustCompile("^\\| `([^`]+)` \\|")
	seen, ours := 0, false
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "|") {
			ours = false
			continue
		}
		ours = ours || strings.HasPrefix(line, "| message |")
		found := row.FindStringSubmatch(line)
		if !ours || found == nil {
			continue
		}
		seen++
		distinctive := false
		for part := range strings.SplitSeq(found[1], "…") {
			part = strings.TrimSpace(part)
			require.True(t, strings.Contains(code, part), "no code says %q of: %s", part, found[1]) // the code is too long to show
			distinctive = distinctive || len(part) >= 12
		}
		require.True(t, distinctive, "no part of this is long enough to be told from others: %s", found[1])
	}
	require.Greater(t, seen, 20)
}
