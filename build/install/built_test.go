//go:build built

// This test needs a finished build, whose lib folder ORT_LIB_LOCATION names: "go tool mage test" sets it.

package install_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// Every header compiles on its own, but for those that upstream means to be included by another one.
func TestEveryHeaderCompilesAlone(t *testing.T) {
	t.Parallel()
	lib := os.Getenv("ORT_LIB_LOCATION")
	require.NotEmpty(t, lib, "ORT_LIB_LOCATION is not set: eval \"$(go tool mage env)\"")
	include := filepath.Join(filepath.Dir(lib), "include", "onnxruntime")
	parts := map[string]bool{"onnxruntime_cxx_inline.h": true, "onnxruntime_ep_c_api.h": true}
	alsoC := map[string]bool{"onnxruntime_c_api.h": true, "cpu_provider_factory.h": true, "onnxruntime_builder.h": true}
	dir := t.TempDir()
	names := files(t, include)
	require.Contains(t, names, "onnxruntime_c_api.h")
	for _, name := range names {
		if parts[name] {
			continue
		}
		write(t, dir, map[string]string{"a.c": "#include <" + name + ">\n", "a.cc": "#include <" + name + ">\n"})
		flags := []string{"-Wall", "-Werror", "-fsyntax-only", "-I", include}
		command(t, dir, nil, append([]string{testkit.NeedTool(t, "c++"), "-std=c++17", "a.cc"}, flags...)...)
		if alsoC[name] || strings.HasSuffix(name, "_keys.h") {
			command(t, dir, nil, append([]string{testkit.NeedTool(t, "cc"), "-std=c99", "a.c"}, flags...)...)
		}
	}
}
