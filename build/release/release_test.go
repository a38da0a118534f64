package release_test

import (
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

var sum = digest.OfBytes([]byte("archive")).Hex()

const sha1 = "9bc9e01dffb64d9e0773b2e44d2f22c51aace063"

func TestEveryReleaseFileIsValidAndNamedAfterItsVersion(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"1.23.2", "1.21.0"}, release.Versions())
	require.Equal(t, release.Default, release.Versions()[0])
	for _, version := range release.Versions() {
		r, err := release.Load(version)
		require.NoError(t, err, version)
		require.Equal(t, version, r.Version)
		require.Equal(t, "onnxruntime", r.Source.Name)
		files := map[string]string{r.Source.File(): "onnxruntime"}
		for _, d := range r.Dependencies {
			require.NotContains(t, files, d.File(), "two pins of %s share the name of a file", version)
			files[d.File()] = d.Name
			require.Positive(t, d.Size, "%s %s", version, d.Name)
		}
	}
}

func TestNamedFactsOfTheDefaultRelease(t *testing.T) {
	t.Parallel()
	r, err := release.Load(release.Default)
	require.NoError(t, err)
	require.Equal(t, 23, r.API)
	require.Equal(t, "99bcf964ce4e869d823c99b2294562a9050cbfa8e76ec81c8683cb3c7e19c2b4", r.Source.SHA256.Hex())
	var ours []string
	for _, d := range r.Dependencies {
		ours = append(ours, d.Name)
	}
	require.Subset(t, ours, r.Uses, "every dependency of a CPU build has a SHA-256 of ours")
}

func TestEveryReleaseSaysWhatProvidersNeed(t *testing.T) {
	t.Parallel()
	for _, version := range release.Versions() {
		r, err := release.Load(version)
		require.NoError(t, err)
		require.Equal(t, r.Uses, r.UsesFor())
		require.Equal(t, r.Uses, r.UsesFor("cpu", "dnnl"), "they need no more")
		cuda := r.UsesFor("cuda", "dnnl", "cuda")
		require.Len(t, cuda, len(r.Uses)+2)
		require.Subset(t, cuda, []string{"cudnn_frontend", "cutlass"})
		require.IsIncreasing(t, cuda)
	}
}

// A network with a mirror of Debian and one of Python packages is enough for 1.21.0 with CUDA.
func TestTheCUDAInputsOfTheDebianReleaseAreWheels(t *testing.T) {
	t.Parallel()
	r, err := release.Load("1.21.0")
	require.NoError(t, err)
	resolved, err := r.Resolve(nil, "cuda")
	require.NoError(t, err)
	files := map[string]string{}
	for _, d := range resolved {
		if d.PyPI != "" {
			files[d.PyPI] = d.File()
			require.Positive(t, d.Size)
		}
	}
	require.Equal(t, map[string]string{
		"nvidia-cutlass==3.5.1.0": "nvidia_cutlass-3.5.1.0-py3-none-any.whl",
		"nvidia-cudnn-frontend==1.7.0": "nvidia_cudnn_frontend-1.7.0-cp311-cp311-" +
			"manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
	}, files)
}

// A network with a Debian mirror alone must be enough for 1.21.0.
func TestEveryInputOfTheDebianReleaseComesFromAMirror(t *testing.T) {
	t.Parallel()
	r, err := release.Load("1.21.0")
	require.NoError(t, err)
	resolved, err := r.Resolve(nil)
	require.NoError(t, err)
	pins := []release.Pin{r.Source}
	for _, d := range resolved {
		pins = append(pins, d.Pin)
	}
	require.Len(t, pins, 13)
	for _, pin := range pins {
		require.False(t, pin.SHA256.IsZero(), pin.Name)
		require.Positive(t, pin.Size, pin.Name)
		require.Empty(t, pin.URLs, pin.Name)
		pkg := path.Base(path.Dir(pin.Debian)) // pool/main/<initial>/<source package>/<file>
		initial := pkg[:1]
		if strings.HasPrefix(pkg, "lib") {
			initial = pkg[:4]
		}
		require.Equal(t, path.Join("pool/main", initial, pkg, pin.File()), pin.Debian)
	}
}

func TestUnknownReleaseListsTheKnownOnes(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.99.0", "", "../deps", "v1.23.2"} {
		_, err := release.Load(version)
		require.ErrorIs(t, err, release.ErrUnknown, version)
		require.ErrorContains(t, err, fmt.Sprintf("%q", version))
		requireHint(t, err, "ORT_VERSION", "1.23.2, 1.21.0")
	}
}

func TestFileNamesAreDifferentEvenWhereURLsGiveTheVersionAlone(t *testing.T) {
	t.Parallel()
	for want, pin := range map[string]release.Pin{
		"onnx-v1.18.0.zip":           {Name: "onnx", URLs: []string{"https://example.com/onnx/archive/v1.18.0.zip"}},
		"eigen-1d8b.zip":             {Name: "eigen", URLs: []string{"https://example.com/archive/1d8b/eigen-1d8b.zip"}},
		"eigen3_3.4.0.orig.tar.bz2":  {Name: "eigen", Debian: "pool/main/e/eigen3/eigen3_3.4.0.orig.tar.bz2"},
		"onnxruntime-v1.23.2.tar.gz": {Name: "onnxruntime", URLs: []string{"https://example.com/v1.23.2.tar.gz"}},
		"a_b-1.0-py3-none-any.whl":   {Name: "ab", PyPI: "a-b==1.0", Wheel: "a_b-1.0-py3-none-any.whl"},
		"nothing":                    {Name: "nothing"},
	} {
		require.Equal(t, want, pin.File())
		require.Contains(t, pin.String(), want)
	}
}

// source is a whole release file to which a test adds one more thing.
var source = `
version = "1.23.2"
api = 23
protoc = "21.12"
uses = ["mp11", "onnx"]

[source]
name = "onnxruntime"
urls = ["https://example.com/v1.23.2.tar.gz"]
sha256 = "` + sum + `"
`

func TestReleaseFileWithOptionalParts(t *testing.T) {
	t.Parallel()
	r, err := release.Parse([]byte(source + `
[[dependencies]]
name = "mp11"
debian = "pool/main/b/boost/headers_all.deb"
sha256 = "sha256:` + sum + `"
size = 7
subtree = "usr/include"
keep = ["boost/mp11*"]
into = "include"

[unity_exclusions]
onnxruntime_providers = ["core/providers/cpu/math/gemm.cc"]
`))
	require.NoError(t, err)
	require.Equal(t, []release.Dependency{{
		Pin: release.Pin{
			Name: "mp11", SHA256: digest.OfBytes([]byte("archive")), Size: 7, Debian: "pool/main/b/boost/headers_all.deb",
		},
		Subtree: "usr/include", Keep: []string{"boost/mp11*"}, Into: "include",
	}}, r.Dependencies)
	require.Equal(t, map[string][]string{"onnxruntime_providers": {"core/providers/cpu/math/gemm.cc"}}, r.UnityExclusions)
}

func TestReleaseFileIsRefused(t *testing.T) {
	t.Parallel()
	with := func(old, by string) string { return strings.Replace(source, old, by, 1) }
	dependency := func(keys string) string {
		return source + "[[dependencies]]\nname = \"mp11\"\n" + keys
	}
	hash := "sha256 = \"" + sum + "\"\n"
	wheel := func(pypi, file string) string {
		return dependency(hash + fmt.Sprintf("pypi = %q\nfile = %q\n", pypi, file))
	}
	for want, text := range map[string]string{
		"unknown field":                 source + "sha = 1\n",
		"1| colour = 1":                 "colour = 1\n" + source,
		"3| api = \"23\"":               with("api = 23", `api = "23"`),
		`version "1.23"`:                with(`version = "1.23.2"`, `version = "1.23"`),
		"has API 23":                    with("api = 23", "api = 22"),
		`protoc "21"`:                   with(`"21.12"`, `"21"`),
		"uses must be":                  with(`["mp11", "onnx"]`, `["onnx", "mp11"]`),
		`name "O nnx"`:                  with(`"onnx"`, `"O nnx"`),
		"onnxruntime: no sha256":        with(hash, ""),
		"not a sha-256 digest":          with(sum, sum[1:]),
		"neither urls nor":              with("urls = [\"https://example.com/v1.23.2.tar.gz\"]", ""),
		"not an https URL":              with("https://", "http://"),
		"not an https URL of a public":  with("https://", "https://me:secret@"),
		"does not name a file":          with("/v1.23.2.tar.gz", "/"),
		"mp11: no sha256":               dependency(`debian = "pool/x"`),
		"size -1 is negative":           dependency(hash + "size = -1\nsha1 = \"" + sha1 + "\""),
		"not a sha-1 digest":            dependency(hash + `sha1 = "12"`),
		"sha1 belongs to":               dependency(hash + "debian = \"pool/x\"\nsha1 = \"" + sha1 + "\""),
		"not a clean path below pool/":  dependency(hash + `debian = "pool/../../x"`),
		`"/usr" is not a relative`:      dependency(hash + "debian = \"pool/x\"\nsubtree = \"/usr\""),
		`"../x" is not a relative`:      dependency(hash + "debian = \"pool/x\"\ninto = \"../x\""),
		`"[" is not a pattern`:          dependency(hash + "debian = \"pool/x\"\nkeep = [\"[\"]"),
		`"mp11" is listed twice`:        dependency(hash+"debian = \"pool/x\"\n") + "[[dependencies]]\nname = \"mp11\"\n",
		`dependency "re2" is not in`:    strings.Replace(dependency(hash), `name = "mp11"`, `name = "re2"`, 1),
		`pypi "mp11" is not`:            wheel("mp11", "mp11-1.0-py3-none-any.whl"),
		`pypi "mp11==1.*" is not`:       wheel("mp11==1.*", "mp11-1.0-py3-none-any.whl"),
		`not a wheel of mp-11==1.0`:     wheel("mp-11==1.0", "mp_11-1.0.1-py3-none-any.whl"),
		`file "mp11-1.0-../x-y-z.whl"`:  wheel("mp11==1.0", "mp11-1.0-../x-y-z.whl"),
		`file "mp11-1.0-py3-none.zip"`:  wheel("mp11==1.0", "mp11-1.0-py3-none.zip"),
		"file belongs to pypi":          dependency(hash + "debian = \"pool/x\"\nfile = \"a.whl\"\n"),
		"pypi names another file":       wheel("mp11==1.0", "mp11-1.0-py3-none-any.whl") + "debian = \"pool/x\"\n",
		`uses of addition "cuda" must`:  source + "[additions.cuda]\nuses = [\"b\", \"a\"]\n",
		`addition "cuda" need not list`: source + "[additions.cuda]\nuses = [\"onnx\"]\n",
		`name "C"`:                      source + "[additions.C]\n",
		`unity exclusion "/gemm.cc" of`: source + "[unity_exclusions]\nproviders = [\"/gemm.cc\"]\n",
	} {
		_, err := release.Parse([]byte(text))
		require.ErrorContains(t, err, want, "%s", text)
	}
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("api = 23", "api = 22", "https://", "ftp://").Replace(source)
	_, err := release.Parse([]byte(text))
	require.ErrorContains(t, err, "has API 23")
	require.ErrorContains(t, err, "not an https URL")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(source))
	for _, version := range release.Versions() {
		text, err := os.ReadFile("data/" + version + ".toml")
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := release.Parse(text)
		if err != nil {
			require.Zero(t, r)
			return
		}
		require.False(t, r.Source.SHA256.IsZero())
		require.NotContains(t, r.Source.File(), "/")
	})
}
