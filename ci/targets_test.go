package ci

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// target is a target of the magefile, as mage shows it.
type target struct {
	name string   // "buildCpu", or "ci:matrix" in a namespace
	args []string // names; one that may be left out is a flag
	help string
}

// targets reads the magefile.
func targets(t *testing.T) []target {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "magefile.go"), nil, parser.ParseComments)
	require.NoError(t, err)
	var list []target
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || !f.Name.IsExported() {
			continue
		}
		list = append(list, target{name: targetName(f), args: arguments(f), help: help(f)})
	}
	require.NotEmpty(t, list)
	return list
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// targetName is the name that a person types: mage starts it with a small letter, and puts the namespace before it.
func targetName(f *ast.FuncDecl) string {
	name := lowerFirst(f.Name.Name)
	if f.Recv == nil {
		return name
	}
	if space, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
		return strings.ToLower(space.Name) + ":" + name
	}
	return name
}

// arguments are those behind the context: a pointer is a flag.
func arguments(f *ast.FuncDecl) []string {
	var list []string
	for _, field := range f.Type.Params.List {
		if _, ok := field.Type.(*ast.SelectorExpr); ok {
			continue // context.Context
		}
		pointer, optional := field.Type.(*ast.StarExpr)
		for _, name := range field.Names {
			switch {
			case !optional:
				list = append(list, strings.ToUpper(name.Name))
			case pointer.X.(*ast.Ident).Name == "bool": //nolint:forcetypeassert // mage takes plain types only
				list = append(list, "[-"+name.Name+"]")
			default:
				list = append(list, "[-"+name.Name+"="+strings.ToUpper(name.Name)+"]")
			}
		}
	}
	return list
}

// help is the doc comment without the name at its start.
func help(f *ast.FuncDecl) string {
	text := strings.Join(strings.Fields(f.Doc.Text()), " ")
	return strings.TrimSuffix(strings.TrimPrefix(text, f.Name.Name+" "), ".")
}

// usage is how a person calls the target.
func (t target) usage() string { return strings.Join(append([]string{t.name}, t.args...), " ") }

func TestEveryTargetHasHelp(t *testing.T) {
	t.Parallel()
	for _, target := range targets(t) {
		require.NotEmpty(t, target.help, target.name)
	}
}
