package toolchain_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// fingerprint returns the fingerprint of a machine as lines.
func fingerprint(t *testing.T, m *machine) string {
	t.Helper()
	set, missing, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, missing)
	facts, err := m.Fingerprint(t.Context(), set)
	require.NoError(t, err)
	var text strings.Builder
	for _, fact := range facts {
		require.NotContains(t, fact.Value, "\n")
		fmt.Fprintf(&text, "%s: %s\n", fact.Name, fact.Value)
	}
	return text.String()
}

func TestFingerprintDoesNotDependOnPathsOrTheCompilerCache(t *testing.T) {
	t.Parallel()
	one, two := newMachine(t, all()), newMachine(t, all())
	two.script(t, "ccache", says("ccache version 4.7.5"))
	require.NoError(t, os.Symlink(filepath.Join(two.Bin, "ninja"), filepath.Join(two.Bin, "ninja-build")))
	text := fingerprint(t, one)
	require.Equal(t, text, fingerprint(t, two))
	require.Equal(t, text, fingerprint(t, one), "what is remembered is what was seen")
	testkit.Golden(t, "fingerprint", text)
}

func TestFingerprintChangesWithWhatDecidesTheResult(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ program, body, fact string }{
		"compiler version":  {"c++", fmt.Sprintf(gcc, "12.2.1"), "c++"},
		"compiler program":  {"c++", fmt.Sprintf(gcc, "12.2.0") + "\n# patched", "c++ program"},
		"C compiler":        {"cc", fmt.Sprintf(gcc, "12.2.1"), "cc"},
		"macros of library": {"c++", strings.Replace(fmt.Sprintf(gcc, "12.2.0"), "LANGUAGE", "__GLIBCXX__", 1), "c++ macros"},
		"target":            {"c++", strings.Replace(fmt.Sprintf(gcc, "12.2.0"), "x86_64-test", "i386-test", 1), "c++ target"},
		"assembler":         {"as", says("as 2"), "assembler"},
		"ar":                {"ar", says("GNU ar (GNU Binutils) 2.41"), "ar"},
		"cmake":             {"cmake", says("cmake version 3.30.2"), "cmake"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, all())
			before := strings.Split(fingerprint(t, m), "\n")
			m.script(t, c.program, c.body)
			after := strings.Split(fingerprint(t, m), "\n")
			require.Len(t, after, len(before))
			var changed []string
			for i := range before {
				if before[i] != after[i] {
					name, _, _ := strings.Cut(after[i], ":")
					changed = append(changed, name)
				}
			}
			require.Contains(t, changed, c.fact)
		})
	}
}

func TestArWithoutAVersionIsKnownByItsDigest(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	m.script(t, "ar", "exit 1")
	before := fact(t, fingerprint(t, m), "ar")
	require.Contains(t, before, "sha256:")
	m.script(t, "ar", "exit 2")
	require.NotEqual(t, before, fact(t, fingerprint(t, m), "ar"))
}

func TestCompilerWithoutHeadersIsExplained(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	m.script(t, "c++", strings.Replace(fmt.Sprintf(gcc, "12.2.0"), "-x) ", "-x) exit 1;", 1))
	set, _, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	_, err = m.Fingerprint(t.Context(), set)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.Hint, "apt-get install g++")
}

func TestFingerprintOfTheRealCompiler(t *testing.T) {
	t.Parallel()
	m := newMachine(t, without(all(), "cc", "c++", "as", "ld", "ar"))
	for _, name := range []string{"cc", "c++", "as", "ld", "ar"} {
		require.NoError(t, os.Symlink(testkit.NeedTool(t, name), filepath.Join(m.Bin, name)))
	}
	text := fingerprint(t, m)
	require.NotContains(t, text, m.Bin)
	require.NotContains(t, text, "/usr")
	require.Contains(t, text, "c++ program: sha256:")
	require.NotEqual(t, fact(t, text, "c++ program"), fact(t, text, "cc program"))
	require.NotEqual(t, fact(t, text, "c++ program"), fact(t, text, "assembler"))
}

func fact(t *testing.T, text, name string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+": "); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("no fact %q in\n%s", name, text)
	return ""
}
