package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/patch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
)

// schema is raised when this package makes another tree of the same inputs.
const schema = 1

// ortComponent is ONNX Runtime's own name among the components.
const ortComponent = "onnxruntime"

// depsFile is where ONNX Runtime pins its dependencies.
const depsFile = "cmake/deps.txt"

// Progress is told how many bytes of the input archives have been dealt with, and how many there are.
type Progress func(done, total int64)

// Input is all that a prepared tree is made of.
type Input struct {
	Release      release.Release
	Source       fetch.File            // the verified archive of ONNX Runtime; not used with Checkout
	Additions    []string              // providers and architecture, "cuda", "arm64": they add to the dependencies
	Checkout     string                // a folder with ONNX Runtime's sources, instead of Source; it is only read
	Resolved     []release.Dependency  // see release.Release.Resolve
	Dependencies map[string]fetch.File // the verified archive of each of Resolved, by its name
	Patches      fs.FS                 // laid out as package patches says
	Facts        []string              // what the tree must be made of; nil: what Facts says
	Dir          string                // folder to prepare; one process at a time
	Progress     Progress              // may be nil
}

// Facts describes what a prepared tree is made of, one fact a line, as far as it is known before anything is fetched.
// Dependencies that only cmake/deps.txt pins are covered by the digest of the archive that it lies in, or of the whole
// checkout.
func Facts(ctx context.Context, in Input) ([]string, error) {
	facts := []string{fmt.Sprintf("source schema %d", schema)}
	if in.Checkout == "" {
		facts = append(facts, fmt.Sprintf("source %s %s", in.Release.Version, pinned(in.Release.Source)))
	} else {
		sum, err := checkoutDigest(ctx, in.Checkout)
		if err != nil {
			return nil, err
		}
		facts = append(facts, in.checkoutFact(sum))
	}
	uses := in.Release.UsesFor(in.Additions...)
	for _, d := range in.Release.Dependencies {
		if slices.Contains(uses, d.Name) {
			facts = append(facts, "dependency "+describe(d))
		}
	}
	for _, component := range append([]string{ortComponent}, uses...) {
		changes, err := changeFacts(in.Patches, component, in.Release.Version)
		if err != nil {
			return nil, err
		}
		facts = append(facts, changes...)
	}
	return facts, nil
}

func (in Input) checkoutFact(sum digest.Digest) string {
	return fmt.Sprintf("source checkout for %s %s", in.Release.Version, sum)
}

// describe returns a dependency's name, digest and the rules by which its archive is packed anew.
func describe(d release.Dependency) string {
	text := d.Name + " " + pinned(d.Pin)
	if d.Subtree != "" || len(d.Keep) > 0 || d.Into != "" {
		text += fmt.Sprintf(" subtree=%q keep=%q into=%q", d.Subtree, d.Keep, d.Into)
	}
	return text
}

func pinned(p release.Pin) string {
	if p.SHA256.IsZero() {
		return "sha1:" + p.SHA1
	}
	return p.SHA256.String()
}

// changeFacts names the patches and overlay files of a component with their digests.
func changeFacts(patches fs.FS, component, version string) ([]string, error) {
	names, err := patch.List(patches, component, version)
	if err != nil {
		return nil, err
	}
	overlay, err := overlayFiles(patches, component, version)
	if err != nil {
		return nil, err
	}
	var facts []string
	for _, name := range append(names, overlay...) {
		data, err := fs.ReadFile(patches, name)
		if err != nil {
			return nil, fmt.Errorf("reading patch: %w", err)
		}
		facts = append(facts, fmt.Sprintf("patch %s %s", name, digest.OfBytes(data)))
	}
	return facts, nil
}

// overlayFiles lists the files that are added to a component's tree, by their paths in patches.
func overlayFiles(patches fs.FS, component, version string) ([]string, error) {
	var names []string
	folder := path.Join(component, version, patch.Overlay)
	err := fs.WalkDir(patches, folder, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listing overlay files: %w", err)
	}
	return names, nil
}

// Deps reads the pins of cmake/deps.txt out of the source archive or the checkout; nothing is unpacked.
func Deps(ctx context.Context, in Input) ([]release.Pin, error) {
	if in.Checkout != "" {
		if _, err := CheckoutVersion(in.Checkout); err != nil {
			return nil, err
		}
		file, err := os.Open(filepath.Join(in.Checkout, filepath.FromSlash(depsFile)))
		if err != nil {
			return nil, fmt.Errorf("reading the checkout: %w", err)
		}
		defer file.Close()
		return release.ParseDeps(file)
	}
	var pins []release.Pin
	found := false
	err := unpack.Walk(ctx, in.Source.Path, func(e unpack.Entry, content io.Reader) (err error) {
		if _, rest, _ := strings.Cut(e.Name, "/"); rest != depsFile || e.Kind != unpack.File {
			return nil
		}
		found = true
		if pins, err = release.ParseDeps(content); err != nil {
			return err
		}
		return fs.SkipAll
	})
	if err == nil && !found {
		err = fmt.Errorf("archive %q has no %s: %w", filepath.Base(in.Source.Path), depsFile, fs.ErrNotExist)
	}
	return pins, err
}
