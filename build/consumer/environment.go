// Package consumer uses a finished build as a stranger would: through pkg-config, from Go, C and C++.
//
//	env := consumer.Environment(entry.Dir, "")
//	fmt.Print(consumer.Shell(env)) // export PKG_CONFIG_PATH=…
package consumer

import (
	"path/filepath"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// Variable is one environment variable. With a separator it is a list: Value goes before what the variable already holds.
type Variable struct {
	Name      string `json:"name"`
	Value     string `json:"value"`
	Separator string `json:"separator,omitempty"`
}

const pathList = string(filepath.ListSeparator)

// Environment lists what makes other tools find the install tree at tree: pkg-config (and through it cgo), CMake's
// find_package, and the build script of the Rust crate ort (ORT_LIB_LOCATION). A pkgConfig that is not in PATH is named
// by PKG_CONFIG, which cgo reads. Folders have shared libraries that the tree's providers need and that are not where the
// system looks: those of CUDA, say.
func Environment(tree, pkgConfig string, folders ...string) []Variable {
	vars := []Variable{
		{Name: "PKG_CONFIG_PATH", Value: filepath.Join(tree, "lib", "pkgconfig"), Separator: pathList},
		{Name: "CMAKE_PREFIX_PATH", Value: tree, Separator: pathList},
		{Name: "ORT_LIB_LOCATION", Value: filepath.Join(tree, "lib")},
		{Name: "CGO_ENABLED", Value: "1"},
		// Go's build cache does not look at what pkg-config says, and would go on linking the tree that it linked before.
		// It does look at this variable, whose macro nobody reads.
		{Name: "CGO_CPPFLAGS", Value: "-DORT_TREE_" + digest.OfBytes([]byte(tree)).Short(), Separator: " "},
	}
	if len(folders) > 0 {
		list := strings.Join(folders, pathList)
		vars = append(vars,
			Variable{Name: "LIBRARY_PATH", Value: list, Separator: pathList},    // when a program is linked
			Variable{Name: "LD_LIBRARY_PATH", Value: list, Separator: pathList}, // when it runs
		)
	}
	if pkgConfig != "" {
		vars = append(vars, Variable{Name: "PKG_CONFIG", Value: pkgConfig})
	}
	return vars
}

// Shell returns the variables as lines for eval in a POSIX shell. What a list variable holds already is kept, by the
// shell itself.
func Shell(vars []Variable) string {
	var text strings.Builder
	for _, v := range vars {
		text.WriteString("export " + v.Name + "=" + shellescape.Quote(v.Value))
		if v.Separator != "" { // in double quotes: what is there already may have spaces
			text.WriteString("\"${" + v.Name + ":+" + v.Separator + "$" + v.Name + "}\"")
		}
		text.WriteString("\n")
	}
	return text.String()
}

// Environ returns the variables as "NAME=value" for a program that is started with environ.
func Environ(vars []Variable, environ []string) []string {
	held := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		held[name] = value
	}
	list := make([]string, len(vars))
	for i, v := range vars {
		value := v.Value
		if old := held[v.Name]; v.Separator != "" && old != "" {
			value += v.Separator + old
		}
		list[i] = v.Name + "=" + value
	}
	return list
}
