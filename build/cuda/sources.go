package cuda

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

//go:embed data/*.toml
var data embed.FS

// provisions lists, for a release line, the toolkits that can be provided, in the order in which they are tried.
var provisions = map[string][]string{
	"1.21": {"12.4"},
	"1.23": {"12.9", "13.0", "12.4"},
}

// source is a data file: a toolkit with its cuDNN that can be provided.
type source struct {
	Version string `toml:"version"`
	Origin  string `toml:"origin"`
	Take    []take `toml:"take"`    // for parts that have no list of their own
	Profile string `toml:"profile"` // text of bin/nvcc.profile; empty: that of the archives
	Parts   []part `toml:"part"`
}

// part is one archive.
type part struct {
	release.Pin

	Platforms []string `toml:"platforms"`
	Minimal   bool     `toml:"minimal"` // a minimal build needs it too
	Take      []take   `toml:"take"`
}

// take says where a part of an archive goes. The first of a list that fits counts; what none fits is left out.
type take struct {
	From string `toml:"from"` // pattern of path.Match for the first elements of an entry's name
	To   string `toml:"to"`   // what stands for them in the home; ending in "/": the folder; empty: it is left out
}

// loadSource reads the data file of a version.
func loadSource(version string) (source, error) {
	text, err := data.ReadFile("data/" + version + ".toml")
	if err != nil {
		return source{}, fmt.Errorf("no way is known to provide CUDA %s", version)
	}
	var s source
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&s); err != nil {
		return source{}, fmt.Errorf("reading the pins of CUDA %s: %w", version, err)
	}
	for i := range s.Parts {
		if len(s.Parts[i].Take) == 0 {
			s.Parts[i].Take = s.Take
		}
	}
	return s, nil
}

// parts returns what a build needs on a platform, in the order of the file.
func (s source) parts(platform spec.Platform, minimal bool) []part {
	return slices.DeleteFunc(slices.Clone(s.Parts), func(p part) bool {
		return !slices.Contains(p.Platforms, platform.String()) || (minimal && !p.Minimal)
	})
}

// full tells whether the source has what a build with all operators needs.
func (s source) full(platform spec.Platform) bool {
	return slices.ContainsFunc(s.parts(platform, false), func(p part) bool { return p.Name == "cudnn" })
}

// key is one digest for all that a toolkit is made of: where it differs, the toolkit is made anew.
func (s source) key(platform spec.Platform, minimal bool) digest.Digest {
	var text strings.Builder
	fmt.Fprintf(&text, "1 %s %s %q\n", s.Version, s.Origin, s.Profile) // 1: the way in which it is laid out
	for _, p := range s.parts(platform, minimal) {
		fmt.Fprintf(&text, "%s %s %q\n", p.Name, p.SHA256, p.Take)
	}
	return digest.OfBytes([]byte(text.String()))
}

// bytes returns the size of all archives.
func (s source) bytes(platform spec.Platform, minimal bool) int64 {
	var sum int64
	for _, p := range s.parts(platform, minimal) {
		sum += p.Size
	}
	return sum
}

// pin returns the pin under a name that other archives do not have.
func (p part) pin() release.Pin {
	pin := p.Pin
	pin.Name = "cuda_" + pin.Name
	return pin
}

// place returns the name that an archive's entry gets below a home, and whether it is taken at all.
func (p part) place(name string) (string, bool, error) {
	elements := strings.Split(name, "/")
	for _, t := range p.Take {
		n := strings.Count(t.From, "/") + 1
		if n > len(elements) {
			continue
		}
		fits, err := path.Match(t.From, path.Join(elements[:n]...))
		if err != nil {
			return "", false, fmt.Errorf("pattern %q: %w", t.From, err)
		}
		if !fits {
			continue
		}
		to := strings.ReplaceAll(t.To, "{part}", p.Name)
		if strings.HasSuffix(to, "/") {
			to += elements[n-1]
		}
		placed := path.Join(append([]string{to}, elements[n:]...)...)
		return placed, to != "" && placed != ".", nil
	}
	return "", false, nil
}
