package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// provider is a small library that does what a provider of ONNX Runtime does.
const provider = `#include <string.h>
void* Provider_GetHost(void);
int vendor(void);
void* GetProvider(void) { return memcpy(Provider_GetHost(), "x", vendor()); }
`

// versionScript hides all but the entry.
const versionScript = "VERS_1.0 { global: GetProvider; local: *; };\n"

// shared links a provider of text with flags beside libvendor.so, and returns its path.
func shared(t *testing.T, text string, flags ...string) string {
	t.Helper()
	cc, dir := testkit.NeedTool(t, "cc"), t.TempDir()
	for name, content := range map[string]string{
		"p.c": text, "v.c": "int vendor(void) { return 1; }\n", "v.lds": versionScript,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	command(t, dir, cc, "-shared", "-fPIC", "-o", "libvendor.so", "v.c")
	args := []string{"-shared", "-fPIC", "-o", "libonnxruntime_providers_test.so", "p.c", "libvendor.so"}
	command(t, dir, cc, append(args, flags...)...)
	return filepath.Join(dir, "libonnxruntime_providers_test.so")
}

// soundFlags link a provider as it should be.
func soundFlags(more ...string) []string {
	return append([]string{"-Wl,--version-script=v.lds", "-Wl,-rpath,$ORIGIN"}, more...)
}

func TestSoundProviderHasNoProblems(t *testing.T) {
	t.Parallel()
	path := shared(t, provider, soundFlags()...)
	got, err := audit.Shared(path, []string{filepath.Dir(path), "/secret"})
	require.NoError(t, err)
	require.Empty(t, got.Problems())
	require.Equal(t, []string{"GetProvider"}, got.Exports)
	require.Empty(t, got.SOName)
	require.Contains(t, got.Needed, "libvendor.so")
	require.Empty(t, got.Elsewhere)
	require.Empty(t, got.Undefined)
	require.Equal(t, "GLIBC", got.Floors[0].Name)
}

func TestEveryDefectOfAProviderIsFound(t *testing.T) {
	t.Parallel()
	const leak = provider + "__attribute__((used)) static const char leak[] = \"/secret/p.cc\";\n"
	calling := func(name string) string { // something that no library has
		return "int " + name + "(void);\n" + strings.Replace(provider, "vendor()", name+"()", 1)
	}
	for want, c := range map[string]struct {
		text  string
		flags []string
	}{
		"its run path is nothing, it must be $ORIGIN":            {provider, soundFlags()[:1]},
		"its run path is $ORIGIN:/opt/cuda/lib, it must":         {provider, soundFlags("-Wl,-rpath,/opt/cuda/lib")},
		"its name inside is other.so":                            {provider, soundFlags("-Wl,-soname,other.so")},
		"gets an executable stack":                               {provider, soundFlags("-Wl,-z,execstack")},
		`names a folder of the build machine: "/secret/p.cc"`:    {leak, soundFlags()},
		"it does not export GetProvider":                         {"int other(void) { return 1; }", soundFlags()},
		"it exports 1 symbol that nobody calls: surplus":         {provider + "int surplus;\n", soundFlags()[1:]},
		"1 symbol that nothing defines: _ZN11onnxruntime4LoadEv": {calling("_ZN11onnxruntime4LoadEv"), soundFlags()},
		"1 symbol that nothing defines: cudnnNothing":            {calling("cudnnNothing"), soundFlags()},
	} {
		got, err := audit.Shared(shared(t, c.text, c.flags...), []string{"/secret"})
		require.NoError(t, err)
		require.Len(t, got.Problems(), 1, want)
		require.Contains(t, got.Problems()[0], want)
	}
	got := audit.SharedLibrary{Name: "libother.so", Linked: audit.Linked{
		RunPaths: []string{"$ORIGIN"}, Needed: []string{"libonnxruntime.so.1"},
	}}
	require.Equal(t, []string{"it needs libonnxruntime.so.1: the core is not a shared library"}, got.Problems())
}

func TestSymbolsOfLibrariesThatAreElsewhereAreNotBlamed(t *testing.T) {
	t.Parallel()
	path := shared(t, provider, soundFlags()...)
	require.NoError(t, os.Remove(filepath.Join(filepath.Dir(path), "libvendor.so")))
	got, err := audit.Shared(path, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"libvendor.so"}, got.Elsewhere)
	require.Equal(t, []string{"vendor"}, got.Unsure)
	require.Empty(t, got.Problems())
}

func TestBridgeExportsWhatProvidersCall(t *testing.T) {
	t.Parallel()
	bridge := audit.SharedLibrary{
		Name: "libonnxruntime_providers_shared.so", Linked: audit.Linked{RunPaths: []string{"$ORIGIN"}},
		SOName: "libonnxruntime_providers_shared.so", Exports: []string{"Provider_GetHost", "Provider_SetHost"},
	}
	require.Empty(t, bridge.Problems())
	bridge.Exports = []string{"GetProvider", "Provider_SetHost"}
	require.Equal(t, []string{
		"it does not export Provider_GetHost", "it exports 1 symbol that nobody calls: GetProvider",
	}, bridge.Problems())
}

func TestWhatIsNoSharedLibraryIsNamed(t *testing.T) {
	t.Parallel()
	_, err := audit.Shared(zstd, nil)
	require.ErrorContains(t, err, `zstd.o": its ELF type is ET_REL, not ET_DYN`)
	_, err = audit.Shared("testdata/none.so", nil)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Texts are found wherever they lie: across the border of two windows, at the end, and not as the start of a longer name.
func TestLeaksAreFoundAcrossWindows(t *testing.T) {
	t.Parallel()
	const window, dir = 4 << 20, "/secret/dir"
	borders := []int{window - 200 - len(dir), window - len(dir) - 1, window - len(dir), window - 1, window}
	for _, at := range borders {
		for after, want := range map[string][]string{"/a.cc": {dir + "/a.cc"}, "ectory": nil, "": {dir}} {
			text := strings.Repeat("\x00", at) + dir + after
			if after != "" {
				text += strings.Repeat("\x00", 100)
			}
			got, err := audit.Leaks(strings.NewReader(text), []string{dir})
			require.NoError(t, err)
			require.Equal(t, want, got, "at %d", at)
		}
	}
}
