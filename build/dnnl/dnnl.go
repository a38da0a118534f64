// Package dnnl finds oneDNN, or provides it from wheels of the Python package index that are pinned by digest in
// data/wheels.toml: the library that ONNX Runtime's provider "dnnl" computes with.
//
//	home, err := dnnl.Find(spec.Host(), "/opt/onednn")            // one that a person named
//	home, err := dnnl.Provide(ctx, spec.Host(), fetch, "homes")   // ours
//	fmt.Println(home.Dir, home.Version)                           // homes/onednn-3.2.0 3.2.0
package dnnl

import (
	"bytes"
	_ "embed" // for the pins
	"errors"
	"fmt"

	"github.com/pelletier/go-toml/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// ErrPlatform tells that there is no wheel of oneDNN for a platform.
var ErrPlatform = errors.New("oneDNN cannot be provided for this platform")

// Soname is the name by which programs ask for the library at run time.
const Soname = "libdnnl.so.3"

// Home is a folder with oneDNN: include/, lib/libdnnl.so.3.
type Home struct {
	Dir     string
	Version string        // of its headers, "3.2.0"
	Library string        // path of the library
	SHA256  digest.Digest // of the library
	Notices []string      // paths of its licence and of those of its parts; none in a home that somebody else made
}

// String returns "oneDNN 3.2.0 (/opt/onednn)".
func (h Home) String() string { return fmt.Sprintf("oneDNN %s (%s)", h.Version, h.Dir) }

//go:embed data/wheels.toml
var table []byte

// wheels is the data file.
type wheels struct {
	Version  string      `toml:"version"`
	Platform string      `toml:"platform"`
	Library  release.Pin `toml:"library"`
	Headers  release.Pin `toml:"headers"`
}

// wheelsFor returns the wheels for a platform, or the error that tells that there are none.
func wheelsFor(platform spec.Platform) (wheels, error) {
	var w wheels
	if err := toml.NewDecoder(bytes.NewReader(table)).DisallowUnknownFields().Decode(&w); err != nil {
		return wheels{}, fmt.Errorf("reading the pins of oneDNN: %w", err)
	}
	if w.Platform != platform.String() {
		return wheels{}, &fault.Error{
			Op: "provide oneDNN", On: platform.String(), Err: fmt.Errorf("%w: its wheels are for %s", ErrPlatform, w.Platform),
			Hint: "install oneDNN 3 and set ORT_DNNL_HOME to its folder (with include and lib)",
		}
	}
	return w, nil
}

// Pins returns the files that [Provide] fetches on a platform; none where it cannot provide.
func Pins(platform spec.Platform) []release.Pin {
	w, err := wheelsFor(platform)
	if err != nil {
		return nil
	}
	return []release.Pin{w.Library, w.Headers}
}
