// Package digest names content by its SHA-256 (FIPS 180-4).
//
// A [Digest] can only be made by this package, from bytes or from a text that was checked, so a value in hand is always
// well formed and is always printed in one way:
//
//	d, size, err := digest.OfFile("onnxruntime.tar.xz")
//	fmt.Println(d) // sha256:32df1f82…
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
)

const prefix = "sha256:"

// Digest is the SHA-256 of some content. Digests compare with ==; the zero value names no content.
type Digest struct {
	hex string // 64 lower-case hexadecimal digits, or empty
}

// Parse reads 64 hexadecimal digits, with or without the prefix "sha256:".
func Parse(text string) (Digest, error) {
	digits := strings.ToLower(strings.TrimPrefix(text, prefix))
	raw, err := hex.DecodeString(digits)
	if err != nil || len(raw) != sha256.Size {
		return Digest{}, fmt.Errorf("%q is not a sha-256 digest: want %d hexadecimal digits", text, 2*sha256.Size)
	}
	return Digest{digits}, nil
}

// OfBytes returns the digest of data.
func OfBytes(data []byte) Digest {
	sum := sha256.Sum256(data)
	return Digest{hex.EncodeToString(sum[:])}
}

// OfReader reads r to its end and returns the digest and the number of bytes read.
func OfReader(r io.Reader) (Digest, int64, error) {
	hash := sha256.New()
	size, err := io.Copy(hash, r)
	if err != nil {
		return Digest{}, size, fmt.Errorf("computing a digest: %w", err)
	}
	return Digest{hex.EncodeToString(hash.Sum(nil))}, size, nil
}

// OfFile returns the digest and the size in bytes of the file at path.
func OfFile(path string) (d Digest, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return Digest{}, 0, fmt.Errorf("computing a digest: %w", err)
	}
	defer file.Close()
	return OfReader(file)
}

// String returns the digest with its prefix, or the empty text for the zero value.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return prefix + d.hex
}

// Hex returns the 64 hexadecimal digits.
func (d Digest) Hex() string { return d.hex }

// Short returns the first 12 hexadecimal digits: enough for a person, never for a check.
func (d Digest) Short() string {
	if d.IsZero() {
		return ""
	}
	return d.hex[:12]
}

// IsZero tells whether d names no content.
func (d Digest) IsZero() bool { return d.hex == "" }

// MarshalText writes the digest with its prefix.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what [Parse] reads; the empty text gives the zero value.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Digest{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
