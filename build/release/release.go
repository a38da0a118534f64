// Package release has the pinned inputs of the ONNX Runtime releases that can be built: one data file a release, which
// names every archive with its digest and where it may come from.
//
// The trust starts here. The SHA-256 of a release's source archive pins the file cmake/deps.txt inside it, and that
// pins the dependencies by SHA-1. Where our data file has a SHA-256, it wins.
//
//	r, err := release.Load(release.Default)
//	deps, err := release.ParseDeps(depsTxt) // from the verified source archive
//	inputs, err := r.Resolve(deps, "amd64", "cuda")
package release

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/pelletier/go-toml/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// Default is the release that is built when none is asked for.
const Default = "1.23.2"

// ErrUnknown tells that no data file describes a release.
var ErrUnknown = errors.New("no such release is known here")

//go:embed data/*.toml
var data embed.FS

// Release is one version of ONNX Runtime with all that a CPU build of it needs. The tags are those of its data file.
type Release struct {
	Version string   `toml:"version"` // of ONNX Runtime, and the name of the file: "1.23.2"
	API     int      `toml:"api"`     // ORT_API_VERSION of its headers: 23
	Protoc  string   `toml:"protoc"`  // version of protoc that makes its sources: "21.12"
	Source  Pin      `toml:"source"`  // archive of ONNX Runtime itself
	Uses    []string `toml:"uses"`    // entries of deps.txt that every build needs; sorted
	// Additions has what some builds need besides, by the name of an execution provider or of an architecture: "cuda",
	// "arm64".
	Additions map[string]Addition `toml:"additions"`
	// Dependencies says more than deps.txt about some of what is used.
	Dependencies []Dependency `toml:"dependencies"`

	// UnityExclusions lists, by CMake target, the source files that do not compile together with others. A file is
	// given by the end of its slash path.
	UnityExclusions map[string][]string `toml:"unity_exclusions"`

	// Peer is Microsoft's own build of the release, to compare with. Nothing is built from it.
	Peer Peer `toml:"peer"`
}

// Addition is what an execution provider or an architecture adds to a release.
type Addition struct {
	Uses []string `toml:"uses"` // entries of deps.txt; sorted
}

// UsesFor returns the entries of deps.txt that a build with these additions needs, sorted. One of which the data file says
// nothing, as the CPU's own provider, needs nothing more than Uses.
func (r Release) UsesFor(additions ...string) []string {
	uses := slices.Clone(r.Uses)
	for _, name := range additions {
		uses = append(uses, r.Additions[name].Uses...)
	}
	slices.Sort(uses)
	return slices.Compact(uses)
}

// Peer is a package of npm with shared libraries.
type Peer struct {
	Package   string                 `toml:"package"`   // "onnxruntime-node@1.21.0"
	Libraries map[string]PeerLibrary `toml:"libraries"` // by platform: "linux/amd64"
}

// PeerLibrary is a shared library in a package.
type PeerLibrary struct {
	Path   string        `toml:"path"`   // in the package's archive
	SHA256 digest.Digest `toml:"sha256"` // of the library itself
}

// Load returns the release with the given version. An unknown one gives an error that wraps [ErrUnknown] and lists
// those that are known.
func Load(version string) (Release, error) {
	if !slices.Contains(Versions(), version) {
		return Release{}, &fault.Error{
			Op: "choose a release", On: fmt.Sprintf("%q", version), Err: ErrUnknown,
			Hint: "set ORT_VERSION to one of: " + strings.Join(Versions(), ", "),
		}
	}
	text, err := data.ReadFile("data/" + version + ".toml")
	if err != nil {
		return Release{}, fmt.Errorf("reading release %s: %w", version, err)
	}
	r, err := Parse(text)
	if err != nil {
		return Release{}, fmt.Errorf("release %s: %w", version, err)
	}
	return r, nil
}

// Parse reads a data file. A key that does not exist, a value of the wrong form or a pin without a digest is an error;
// all that is wrong is told at once.
func Parse(text []byte) (Release, error) {
	var r Release
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		var strict *toml.StrictMissingError
		var other *toml.DecodeError
		if errors.As(err, &strict) {
			err = fmt.Errorf("%w\n%s", err, strict.String()) // with the lines
		} else if errors.As(err, &other) {
			err = fmt.Errorf("%w\n%s", err, other.String())
		}
		return Release{}, fmt.Errorf("reading the release file: %w", err)
	}
	if err := r.validate(); err != nil {
		return Release{}, fmt.Errorf("checking the release file: %w", err)
	}
	return r, nil
}

// Versions returns the versions of all releases, newest first.
func Versions() []string {
	entries, _ := data.ReadDir("data") // it is part of the program
	versions := make([]*semver.Version, 0, len(entries))
	for _, entry := range entries {
		if v, err := semver.StrictNewVersion(strings.TrimSuffix(entry.Name(), ".toml")); err == nil {
			versions = append(versions, v)
		}
	}
	slices.SortFunc(versions, func(a, b *semver.Version) int { return b.Compare(a) })
	names := make([]string, len(versions))
	for i, v := range versions {
		names[i] = v.String()
	}
	return names
}
