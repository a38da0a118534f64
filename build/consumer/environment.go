// Package consumer uses a finished build as a stranger would: through pkg-config, from Go, C and C++.
//
//	env := consumer.Environment(entry.Dir, "")
//	fmt.Print(consumer.Shell(env, os.Getenv)) // export PKG_CONFIG_PATH=…
package consumer

import (
	"path/filepath"
	"strings"

	"al.essio.dev/pkg/shellescape"
)

// Variable is one environment variable. Where Prepend is set, Value goes before what the variable already holds.
type Variable struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Prepend bool   `json:"prepend"`
}

// Environment lists what makes other tools find the install tree at tree: pkg-config (and through it cgo), CMake's
// find_package, and the build script of the Rust crate ort (ORT_LIB_LOCATION). A pkgConfig that is not in PATH is named
// by PKG_CONFIG, which cgo reads.
func Environment(tree, pkgConfig string) []Variable {
	vars := []Variable{
		{Name: "PKG_CONFIG_PATH", Value: filepath.Join(tree, "lib", "pkgconfig"), Prepend: true},
		{Name: "CMAKE_PREFIX_PATH", Value: tree, Prepend: true},
		{Name: "ORT_LIB_LOCATION", Value: filepath.Join(tree, "lib")},
		{Name: "CGO_ENABLED", Value: "1"},
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
		if v.Prepend {
			text.WriteString("${" + v.Name + ":+:$" + v.Name + "}")
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
		if old := held[v.Name]; v.Prepend && old != "" {
			value += string(filepath.ListSeparator) + old
		}
		list[i] = v.Name + "=" + value
	}
	return list
}
