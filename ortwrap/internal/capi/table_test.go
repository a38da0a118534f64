package capi_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// headers are the folders with an official header: onnxruntime_go's, which is newer, and the installed one if any.
func headers(t *testing.T) map[string]string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yalue/onnxruntime_go").Output()
	require.NoError(t, err)
	folders := map[string]string{"onnxruntime_go": strings.TrimSpace(string(dir))}
	pkgConfig, err := exec.Command("go", "env", "PKG_CONFIG").Output()
	require.NoError(t, err)
	include, err := exec.Command(strings.TrimSpace(string(pkgConfig)), "--variable=includedir", "libonnxruntime").Output()
	if folder := strings.TrimSpace(string(include)); err == nil && folder != "" {
		folders["installed"] = folder
	}
	return folders
}

// checks is the text of a C file that compiles where our table and constants are those of the official header.
func checks(t *testing.T) string {
	t.Helper()
	table, err := os.ReadFile("table.h")
	require.NoError(t, err)
	types, err := os.ReadFile("types.h")
	require.NoError(t, err)

	text := "#include <onnxruntime_c_api.h>\n#include \"table.h\"\n"
	constants := regexp.MustCompile(`(?m)^  (\w+) = (-?\d+),$`).FindAllStringSubmatch(string(types), -1)
	require.Len(t, constants, strings.Count(string(types), " = "), "every constant has its number on its own line")
	for _, c := range constants {
		text += fmt.Sprintf("_Static_assert(%s == %s, \"%s\");\n", c[1], c[2], c[1])
	}
	slots, functions := 0, ""
	for _, m := range regexp.MustCompile(`void \*(\w+);|\(\*(\w+)\)\(`).FindAllStringSubmatch(string(table), -1) {
		name := m[1] + m[2]
		if name == "GetApi" {
			break
		}
		slots++
		text += fmt.Sprintf("_Static_assert(offsetof(ortwrap_table, %s) == offsetof(OrtApi, %s), \"%s\");\n", name, name, name)
		if m[2] != "" {
			functions += fmt.Sprintf("  ours->%s = theirs->%s;\n", name, name)
		}
	}
	require.Equal(t, 285, slots) // counted in the header of ORT 1.21.0
	return text + "void assign(ortwrap_table *ours, const OrtApi *theirs) {\n" + functions + "}\n" +
		"const char *(*version(const OrtApiBase *theirs))(void) {\n" +
		"  _Static_assert(offsetof(ortwrap_api_base, GetApi) == offsetof(OrtApiBase, GetApi), \"GetApi\");\n" +
		"  ortwrap_api_base ours = {0, theirs->GetVersionString};\n  return ours.GetVersionString;\n}\n"
}

// A type is for a function that is called: all others are placeholders.
func TestTheTableHasTypesForWhatIsCalled(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.[gc]*")
	require.NoError(t, err)
	code := ""
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		code += string(text)
	}
	table, err := os.ReadFile("table.h")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`\(\*(\w+)\)\(`).FindAllStringSubmatch(string(table), -1) {
		require.Regexp(t, "->"+m[1]+`\b`, code)
	}
}

func TestTheTableAgreesWithTheOfficialHeader(t *testing.T) {
	t.Parallel()
	cc, err := exec.Command("go", "env", "CC").Output()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "checks.c")
	require.NoError(t, os.WriteFile(file, []byte(checks(t)), 0o600))
	for name, folder := range headers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := exec.Command(strings.TrimSpace(string(cc)), "-std=c11", "-Wall",
				"-Werror=incompatible-pointer-types", "-I.", "-I"+folder, "-c", file, "-o", file+"."+name).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Empty(t, string(out))
		})
	}
}
