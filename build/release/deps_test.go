package release_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

func requireHint(t *testing.T, err error, words ...string) {
	t.Helper()
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	for _, word := range words {
		require.Contains(t, f.Hint, word)
	}
}

func parseDeps(t *testing.T, name string) []release.Pin {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer file.Close()
	pins, err := release.ParseDeps(file)
	require.NoError(t, err)
	return pins
}

func TestParseDepsReadsWhatReleasesHave(t *testing.T) {
	t.Parallel()
	pins := parseDeps(t, "deps-1.23.txt")
	require.Len(t, pins, 4)
	require.Equal(t, release.Pin{
		Name: "mp11", SHA1: sha1,
		URLs: []string{"https://github.com/boostorg/mp11/archive/refs/tags/boost-1.82.0.zip"},
	}, pins[2])
	require.Equal(t, "kleidiai-v1.9.0.tar.gz", pins[3].File())
	require.Len(t, parseDeps(t, "deps-1.21.txt"), 3)
}

func TestParseDepsNamesTheWrongLine(t *testing.T) {
	t.Parallel()
	good := "mp11;https://example.com/a.zip;" + sha1 + "\n"
	for text, want := range map[string]string{
		"# c\n\nmp11;https://example.com/a.zip\n":             "deps.txt:3: \"mp11;https://example.com/a.zip\" has 2 fields",
		good + "re2;https://example.com/a.zip;12\n":           "deps.txt:2: \"12\" is not a sha-1 digest",
		"re2;http://example.com/a.zip;" + sha1:                "deps.txt:1: \"http://example.com/a.zip\" is not an https URL",
		"re2;/mnt/a.zip;" + sha1:                              "deps.txt:1: \"/mnt/a.zip\" is not an https URL",
		"re2;https://example.com/a/..;" + sha1:                "does not name a file",
		"Re2;https://example.com/a.zip;" + sha1:               "name \"Re2\"",
		good + good:                                           "deps.txt:2: \"mp11\" is listed twice",
		"re2;https://example.com/" + strings.Repeat("a", 1e5): "reading deps.txt",
	} {
		_, err := release.ParseDeps(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
	_, err := release.ParseDeps(strings.NewReader(good[:len(good)-1] + "\r\n"))
	require.NoError(t, err, "a checkout on Windows ends its lines with CR LF")
}

func TestParseDepsPassesOnAReadError(t *testing.T) {
	t.Parallel()
	_, err := release.ParseDeps(brokenReader{})
	require.ErrorIs(t, err, errBroken)
}

var errBroken = errors.New("broken")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func TestResolveAddsOurDigestToTheSameFile(t *testing.T) {
	t.Parallel()
	r, err := release.Load(release.Default)
	require.NoError(t, err)
	r.Uses = []string{"abseil_cpp", "eigen", "mp11"}
	resolved, err := r.Resolve(parseDeps(t, "deps-1.23.txt"))
	require.NoError(t, err)
	require.Len(t, resolved, 3, "only what the build uses")
	mp11 := resolved[2]
	require.Equal(t, "81431bdc44c439a324e02c07ed067f8f556419fd86f2d8b486ff568df6aac899", mp11.SHA256.Hex())
	require.EqualValues(t, 232716, mp11.Size)
	require.Equal(t, sha1, mp11.SHA1)
	require.Equal(t, []string{"https://github.com/boostorg/mp11/archive/refs/tags/boost-1.82.0.zip"}, mp11.URLs)
}

// A checkout may use another archive than the release; then our digest of the release's archive says nothing about it.
func TestResolveLeavesAnotherFileToItsSHA1(t *testing.T) {
	t.Parallel()
	r, err := release.Load(release.Default)
	require.NoError(t, err)
	r.Uses = []string{"mp11"}
	line := release.Pin{Name: "mp11", SHA1: strings.Repeat("a", 40), URLs: []string{"https://example.com/mp11-2.zip"}}
	resolved, err := r.Resolve([]release.Pin{line})
	require.NoError(t, err)
	require.Equal(t, []release.Dependency{{Pin: line}}, resolved)
}

func TestResolveTakesOurOwnFileInsteadOfTheListedOne(t *testing.T) {
	t.Parallel()
	r, err := release.Load("1.21.0")
	require.NoError(t, err)
	r.Uses = []string{"abseil_cpp"}
	resolved, err := r.Resolve(parseDeps(t, "deps-1.21.txt"))
	require.NoError(t, err)
	require.Equal(t, []release.Dependency{r.Dependencies[0]}, resolved)
	require.Empty(t, resolved[0].SHA1)
	require.Empty(t, resolved[0].URLs)
}

// The data file need not repeat a line of deps.txt whose file it can add nothing to.
func TestResolveTakesALineOfDepsAloneForAProvider(t *testing.T) {
	t.Parallel()
	r, err := release.Load(release.Default)
	require.NoError(t, err)
	r.Uses = []string{"mp11"}
	line := release.Pin{Name: "cutlass", SHA1: strings.Repeat("a", 40), URLs: []string{"https://example.com/v3.9.2.zip"}}
	frontend := release.Pin{
		Name: "cudnn_frontend", SHA1: "7e733cfdc410d777b76122d64232499205589a96",
		URLs: []string{"https://example.com/v1.12.0.zip"},
	}
	resolved, err := r.Resolve(append(parseDeps(t, "deps-1.23.txt"), line, frontend), "cuda")
	require.NoError(t, err)
	require.Len(t, resolved, 3)
	require.Equal(t, "c64ccc6493019220e7c42deb15a7c73f12f3d276d7dc6f882af06adf51a8a7e7", resolved[0].SHA256.Hex())
	require.Equal(t, release.Dependency{Pin: line}, resolved[1])
	require.Equal(t, "mp11", resolved[2].Name)

	_, err = r.Resolve(parseDeps(t, "deps-1.23.txt"), "cuda")
	require.ErrorContains(t, err, `"cutlass"`, "a checkout that does not know what the provider needs")
}

func TestResolveNamesEveryDependencyWithoutAPin(t *testing.T) {
	t.Parallel()
	r, err := release.Load(release.Default)
	require.NoError(t, err)
	r.Uses = []string{"cpuid", "mp11", "zlib"}
	_, err = r.Resolve(parseDeps(t, "deps-1.23.txt"))
	require.ErrorContains(t, err, `"cpuid"`)
	require.ErrorContains(t, err, `"zlib"`)
	require.NotContains(t, err.Error(), "mp11")
}

func FuzzParseDeps(f *testing.F) {
	for _, name := range []string{"deps-1.21.txt", "deps-1.23.txt"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add("a;b;c")
	f.Fuzz(func(t *testing.T, text string) {
		pins, err := release.ParseDeps(strings.NewReader(text))
		if err != nil {
			require.Nil(t, pins)
			return
		}
		for _, pin := range pins {
			require.Len(t, pin.SHA1, 40)
			require.NotContains(t, pin.File(), "/")
		}
	})
}
