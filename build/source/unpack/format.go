package unpack

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// ErrFormat tells that a file is none of the archives that this package reads.
var ErrFormat = errors.New("not an archive of a known format")

// Suffixes that [Suffix] returns.
const (
	Tar      = ".tar"
	TarGzip  = ".tar.gz"
	TarXz    = ".tar.xz"
	TarBzip2 = ".tar.bz2"
	TarZstd  = ".tar.zst"
	Zip      = ".zip"
	Deb      = ".deb"
)

// formats maps the first bytes of a file to its suffix.
var formats = []struct {
	offset int
	magic  string
	suffix string
}{
	{0, "\x1f\x8b", TarGzip},
	{0, "\xfd7zXZ\x00", TarXz},
	{0, "BZh", TarBzip2},
	{0, "\x28\xb5\x2f\xfd", TarZstd},
	{0, "PK\x03\x04", Zip},
	{0, "PK\x05\x06", Zip}, // an empty one
	{0, "!<arch>\n", Deb},
	{257, "ustar", Tar},
}

// sniffed is how many bytes a format can be told by: up to the end of tar's magic.
const sniffed = 262

// Suffix returns the usual file name suffix for the content of file, such as ".tar.xz".
func Suffix(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return suffixOf(bufio.NewReader(f))
}

func suffixOf(r *bufio.Reader) (string, error) {
	head, err := r.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	for _, f := range formats {
		if len(head) >= f.offset && bytes.HasPrefix(head[f.offset:], []byte(f.magic)) {
			return f.suffix, nil
		}
	}
	return "", ErrFormat
}

// decompress returns the plain tar stream of r, whose format is told by suffix. The returned function frees what the
// decompressor holds.
func decompress(r io.Reader, suffix string) (io.Reader, func(), error) {
	none := func() {}
	switch suffix {
	case Tar:
		return r, none, nil
	case TarGzip:
		plain, err := gzip.NewReader(r)
		return plain, none, err
	case TarXz:
		plain, err := xz.NewReader(r)
		return plain, none, err
	case TarBzip2:
		return bzip2.NewReader(r), none, nil
	case TarZstd:
		plain, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, none, err
		}
		return plain, plain.Close, nil
	default:
		return nil, none, fmt.Errorf("a %s file where a tar archive belongs: %w", suffix, ErrFormat)
	}
}
