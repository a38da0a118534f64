package consumer_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
)

func TestShellLinesSurviveSpacesAndKeepWhatWasThere(t *testing.T) {
	t.Parallel()
	script := consumer.Shell(consumer.Environment("/a b/out", "/tools/pkg conf")) + `printf '%s\n' "$PKG_CONFIG_PATH" "$CMAKE_PREFIX_PATH" "$ORT_LIB_LOCATION" "$PKG_CONFIG" "${CGO_CPPFLAGS#* }"`
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", script)
	cmd.Env = []string{"PKG_CONFIG_PATH=/old one", "CGO_CPPFLAGS=-DX=1 -DY"}
	out, err := cmd.Output()
	require.NoError(t, err)
	require.Equal(t, "/a b/out/lib/pkgconfig:/old one\n/a b/out\n/a b/out/lib\n/tools/pkg conf\n-DX=1 -DY\n", string(out))
}

func TestEnvironAgreesWithTheShell(t *testing.T) {
	t.Parallel()
	vars := consumer.Environment("/out", "")
	environ := consumer.Environ(vars, []string{"PKG_CONFIG_PATH=/old", "HOME=/h"})
	require.Contains(t, environ, "PKG_CONFIG_PATH=/out/lib/pkgconfig:/old")
	require.Contains(t, environ, "CMAKE_PREFIX_PATH=/out")
	require.NotContains(t, strings.Join(environ, " "), "PKG_CONFIG=")
}

// Two trees must differ in a variable that Go's build cache looks at, or a program keeps the library it was linked with.
func TestGoSeesThatTheTreeChanged(t *testing.T) {
	t.Parallel()
	flags := func(tree string) string {
		for _, v := range consumer.Environment(tree, "") {
			if v.Name == "CGO_CPPFLAGS" {
				return v.Value
			}
		}
		return ""
	}
	require.NotEmpty(t, flags("/a"))
	require.NotEqual(t, flags("/a"), flags("/b"))
}
