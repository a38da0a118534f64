package fetch

import (
	"crypto/sha1" //nolint:gosec // deps.txt pins by SHA-1
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/stale"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// The folder of a client:
//
//	sha256/<hex>/<name>  the files
//	sha1/<hex>           the SHA-256 of a file that is pinned by its SHA-1, as text
//	tmp/                 what is being fetched

func (c *Client) staging() string { return filepath.Join(c.Dir, "tmp") }

func (c *Client) path(sum digest.Digest, pin release.Pin) string {
	return filepath.Join(c.Dir, "sha256", sum.Hex(), pin.File())
}

func (c *Client) indexPath(pin release.Pin) string { return filepath.Join(c.Dir, "sha1", pin.SHA1) }

// Has returns the pinned file if it is there and whole: its size and digest are checked each time.
func (c *Client) Has(pin release.Pin) (File, bool) {
	sum := pin.SHA256
	if sum.IsZero() {
		text, err := os.ReadFile(c.indexPath(pin))
		if err != nil {
			return File{}, false
		}
		if sum, err = digest.Parse(strings.TrimSpace(string(text))); err != nil {
			return File{}, false
		}
	}
	path := c.path(sum, pin)
	if info, err := os.Stat(path); err != nil || pin.Size > 0 && info.Size() != pin.Size {
		return File{}, false
	}
	got, size, err := verify(path, pin)
	if err != nil || got != sum {
		return File{}, false
	}
	return File{Path: path, SHA256: got, Size: size}, true
}

// Missing returns the pins whose files are neither there nor in a mirror that is a folder: what an offline build lacks.
func (c *Client) Missing(pins []release.Pin) []release.Pin {
	var missing []release.Pin
	for _, pin := range pins {
		if _, ok := c.Has(pin); ok {
			continue
		}
		places, err := c.mirrorPlaces(pin)
		if err != nil || len(places) == 0 || places[0].file == "" {
			missing = append(missing, pin)
		}
	}
	return missing
}

// verify checks size and digest of a file, and returns them.
func verify(path string, pin release.Pin) (digest.Digest, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return digest.Digest{}, 0, fmt.Errorf("verifying: %w", err)
	}
	defer file.Close()
	old := sha1.New() //nolint:gosec // deps.txt pins by SHA-1
	var reader io.Reader = file
	if pin.SHA256.IsZero() {
		reader = io.TeeReader(file, old)
	}
	sum, size, err := digest.OfReader(reader)
	if err != nil {
		return digest.Digest{}, 0, fmt.Errorf("verifying: %w", err)
	}
	got := hex.EncodeToString(old.Sum(nil))
	switch {
	case pin.Size > 0 && size != pin.Size:
		err = &MismatchError{What: "size", Want: bytesText(pin.Size), Got: bytesText(size)}
	case !pin.SHA256.IsZero() && sum != pin.SHA256:
		err = &MismatchError{What: "digest", Want: pin.SHA256.String(), Got: sum.String()}
	case pin.SHA256.IsZero() && got != pin.SHA1:
		err = &MismatchError{What: "digest", Want: "sha1:" + pin.SHA1, Got: "sha1:" + got}
	}
	return sum, size, err
}

// keep moves a verified file to its place. A damaged one that may lie there is replaced.
func (c *Client) keep(from, to string, pin release.Pin, sum digest.Digest) error {
	file, err := os.OpenFile(from, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		_ = file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	if !pin.SHA256.IsZero() {
		return nil
	}
	return renameio.WriteFile(c.indexPath(pin), []byte(sum.Hex()+"\n"), 0o644)
}

// makeFolders makes the client's folders, and removes what a killed process left in tmp a day ago or earlier.
func (c *Client) makeFolders() error {
	for _, dir := range []string{c.staging(), filepath.Join(c.Dir, "sha1")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	stale.Remove(c.staging(), "")
	return nil
}
