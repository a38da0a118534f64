package ci

import (
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// structures reads the structures of a package: the fields of each, by its name.
func structures(t *testing.T, dir string) map[string]*ast.FieldList {
	t.Helper()
	found := map[string]*ast.FieldList{}
	forGoFiles(t, dir, func(path, text string) {
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok {
				if fields, ok := s.Type.(*ast.StructType); ok {
					found[s.Name.Name] = fields.Fields
				}
			}
			return true
		})
	})
	return found
}

// kinds are the words of the reference for the types of fields.
var kinds = map[string]string{
	"string": "text", "int": "number", "int64": "number", "digest.Digest": "text", "[]string": "list of texts",
	"map[string][]string": "table of lists", "Pin": "pin", "Peer": "peer", "[]Dependency": "list of dependencies",
	"map[string]Addition": "table of additions", "map[string]PeerLibrary": "table of libraries",
}

// startOfComment matches what a comment has before it says what the field is: "Subtree is ".
func startOfComment(field string) *regexp.Regexp {
	return regexp.MustCompile("^" + field + "( is| has| lists,?)? ")
}

// fieldRows has a row for each key of a structure: key, kind, meaning.
func fieldRows(t *testing.T, fields *ast.FieldList) [][]string {
	t.Helper()
	rows := [][]string{{"key", "is", "meaning"}}
	for _, f := range fields.List {
		if f.Tag == nil {
			continue // an embedded structure, which is shown by itself
		}
		key := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("toml")
		meaning := strings.Join(strings.Fields(f.Doc.Text()+" "+f.Comment.Text()), " ")
		meaning = startOfComment(f.Names[0].Name).ReplaceAllString(meaning, "")
		meaning = strings.NewReplacer("[path.Match]", "path.Match").Replace(meaning)
		rows = append(rows, []string{code(key), kinds[types.ExprString(f.Type)], strings.TrimSuffix(meaning, ".")})
	}
	return rows
}

func TestReferenceOfReleaseFiles(t *testing.T) { //nolint:paralleltest // see section
	found := structures(t, filepath.Join(root, "build", "release"))
	for _, s := range []struct{ section, name string }{
		{"release", "Release"},
		{"pin", "Pin"},
		{"dependency", "Dependency"},
		{"addition", "Addition"},
		{"peer", "Peer"},
		{"peer library", "PeerLibrary"},
	} {
		require.Contains(t, found, s.name)
		rows := fieldRows(t, found[s.name])
		for _, row := range rows {
			require.NotContains(t, row, "", "a field of %s has no comment, or a type without a word", s.name)
		}
		section(t, referencePage, s.section, table(rows...))
	}
}

// The layout of the store is a part of the comment of its package.
func TestReferenceOfTheStore(t *testing.T) { //nolint:paralleltest // see section
	path := filepath.Join(root, "build", "store", "doc.go")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments)
	require.NoError(t, err)
	under := ""
	for _, block := range new(comment.Parser).Parse(file.Doc.Text()).Content {
		switch block := block.(type) {
		case *comment.Heading:
			under = string(block.Text[0].(comment.Plain)) //nolint:forcetypeassert // headings are plain
		case *comment.Code:
			if under == "On disk" {
				section(t, referencePage, "store", "```\n"+block.Text+"```")
				return
			}
		}
	}
	require.Fail(t, "the package comment of the store has no layout")
}
