package fetch

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// sumsFile lists a vendor folder's digests in the form of sha256sum(1).
const sumsFile = "SHA256SUMS"

// Vendor writes the pinned files into dir, fetching what is not there, so that dir serves as a mirror: by its path, or
// over HTTP. Other files in dir stay.
func (c *Client) Vendor(ctx context.Context, pins []release.Pin, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return vendorError(dir, err)
	}
	written := map[string]digest.Digest{}
	for _, pin := range pins {
		file, err := c.Fetch(ctx, pin, nil)
		if err != nil {
			return err
		}
		if other, ok := written[pin.File()]; ok && other != file.SHA256 {
			return vendorError(dir, fmt.Errorf("two pinned files have the name %q", pin.File()))
		}
		written[pin.File()] = file.SHA256
		if err := copyVerified(ctx, file, filepath.Join(dir, pin.File())); err != nil {
			return vendorError(dir, err)
		}
	}
	return vendorSums(dir, written)
}

// vendorSums writes the digests of the files, and keeps those of other files from an earlier call.
func vendorSums(dir string, written map[string]digest.Digest) error {
	path := filepath.Join(dir, sumsFile)
	old, _ := os.ReadFile(path) // there may be none
	sums := map[string]string{}
	for line := range strings.Lines(string(old)) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			sums[name] = sum
		}
	}
	for name, sum := range written {
		sums[name] = sum.Hex()
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&text, "%s  %s\n", sums[name], name)
	}
	if err := renameio.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		return vendorError(dir, err)
	}
	return nil
}

// copyVerified copies a file, and checks what it writes: the original may lie on a bad disk.
func copyVerified(ctx context.Context, from File, to string) error {
	if sum, _, err := digest.OfFile(to); err == nil && sum == from.SHA256 {
		return nil
	}
	source, err := os.Open(from.Path)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := renameio.NewPendingFile(to, renameio.WithPermissions(0o644))
	if err != nil {
		return err
	}
	defer target.Cleanup()
	sum, _, err := digest.OfReader(io.TeeReader(source, target))
	if err != nil {
		return err
	}
	if sum != from.SHA256 {
		return &MismatchError{What: "digest", Want: from.SHA256.String(), Got: sum.String()}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return target.CloseAtomicallyReplace()
}

func vendorError(dir string, err error) error {
	return &fault.Error{
		Op: "write the inputs of a build to a folder", On: dir, Err: err,
		Hint: "choose a folder that is writable and has space",
	}
}
