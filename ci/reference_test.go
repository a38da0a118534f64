package ci

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/ci/markdown"
)

var update = flag.Bool("update", false, "rewrite the workflow and the generated parts of the documentation")

const referencePage = "docs/reference.md"

// section compares a part of a page with what the code says. To write all parts anew:
//
//	go test ./ci -run Reference -update
//
// The tests that call it change one file, so they take turns.
func section(t *testing.T, page, name, got string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(page))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	old, fresh, err := markdown.Section(string(text), name, got)
	require.NoError(t, err, path)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(fresh), 0o644))
		return
	}
	require.Equal(t, old, strings.TrimSpace(got), "%s is stale: go test ./ci -run Reference -update", page)
}

// writingHost is the machine that the reference speaks of.
var writingHost = spec.Platform{OS: "linux", Arch: "amd64"}

// table writes a Markdown table; the first row is its head.
func table(rows ...[]string) string {
	var text strings.Builder
	for i, row := range rows {
		for j, cell := range row {
			row[j] = strings.ReplaceAll(cell, "|", `\|`)
		}
		fmt.Fprintf(&text, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			text.WriteString(strings.Repeat("|---", len(row)) + "|\n")
		}
	}
	return text.String()
}

func code(text string) string { return "`" + text + "`" }

func TestReferenceOfTargets(t *testing.T) { //nolint:paralleltest // see section
	rows := [][]string{{"target", "does"}}
	for _, target := range targets(t) {
		rows = append(rows, []string{code(target.usage()), target.help})
	}
	section(t, referencePage, "targets", table(rows...))
}

func TestReferenceOfVariables(t *testing.T) { //nolint:paralleltest // see section
	rows := [][]string{{"variable", "meaning"}}
	for _, v := range settings.Variables() {
		rows = append(rows, []string{code(v.Name), v.Help})
	}
	section(t, referencePage, "variables", table(rows...))
}

func TestReferenceOfPlatforms(t *testing.T) { //nolint:paralleltest // see section
	rows := [][]string{{"`ORT_TARGET`", "compilers", "programs are run"}}
	for _, target := range platform.All(writingHost) {
		compilers := map[platform.Compilers]string{
			platform.Machine: "the machine's own", platform.Cross: "GCC for " + target.Triple, platform.Zig: "zig for " + target.Triple,
		}[target.Compilers]
		running := map[platform.Running]string{
			platform.Native: "natively", platform.Emulated: "by " + target.Emulator, platform.NotHere: "not here",
		}[target.Running]
		rows = append(rows, []string{code(target.Platform.String()), compilers, running})
	}
	section(t, referencePage, "platforms", table(rows...))
}

func TestReferenceOfWhatIsProven(t *testing.T) { //nolint:paralleltest // see section
	rows := [][]string{{"`ORT_TARGET`", "proven"}}
	for _, target := range platform.All(writingHost) {
		rows = append(rows, []string{code(target.Platform.String()), platform.Proven(writingHost, target.Platform)})
	}
	section(t, "README.md", "platforms", table(rows...))
}

func TestReferenceOfTools(t *testing.T) { //nolint:paralleltest // see section
	text, err := os.ReadFile(filepath.Join(root, "build", "toolchain", "data", "tools.toml"))
	require.NoError(t, err)
	var file struct {
		Tool []struct {
			Name, Version, Origin, Package string
			Platforms, Packages            []string
		}
	}
	require.NoError(t, toml.Unmarshal(text, &file))
	require.NotEmpty(t, file.Tool)
	var order []string
	platforms := map[string][]string{}
	for _, row := range file.Tool {
		from := map[string]string{
			"upstream": "its makers' archive", "debian": "Debian: " + strings.Join(row.Packages, ", "),
		}[row.Origin]
		from = cmp.Or(from, row.Origin+": "+row.Package)
		key := strings.Join([]string{row.Name, cmp.Or(row.Version, "what the mirror has"), from}, "\n")
		if !slices.Contains(order, key) {
			order = append(order, key)
		}
		platforms[key] = append(platforms[key], row.Platforms...)
	}
	rows := [][]string{{"tool", "version", "from", "on"}}
	for _, key := range order {
		rows = append(rows, append(strings.Split(key, "\n"), strings.Join(platforms[key], ", ")))
	}
	section(t, referencePage, "tools", table(rows...))
}
