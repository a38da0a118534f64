package npy

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/wholefile"
)

// extension is what NumPy adds to the name of an array in an archive.
const extension = ".npy"

// ReadArchive reads all arrays of a .npz file, as numpy.savez and numpy.savez_compressed write them, by their names.
// The caller destroys the values. The error is one of those of [ReadFile]; then there are no values.
//
// Compressed arrays may be a thousand times larger than the file.
func ReadArchive(path string) (map[string]ortwrap.Value, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	values, err := readArchive(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, err)
	}
	return values, nil
}

func readArchive(r io.ReaderAt, size int64) (values map[string]ortwrap.Value, err error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, zipError(err)
	}
	values = map[string]ortwrap.Value{}
	defer func() {
		if err != nil {
			for _, v := range values {
				err = errors.Join(err, v.Destroy())
			}
			values = nil
		}
	}()
	for _, member := range archive.File {
		name, ok := strings.CutSuffix(member.Name, extension)
		if !ok {
			return values, fmt.Errorf("%w: member %q: expected a name that ends in %s",
				ErrUnsupported, member.Name, extension)
		}
		if values[name] != nil {
			return values, fmt.Errorf("%w: two members have the name %q", ErrFormat, member.Name)
		}
		v, err := readMember(member)
		if err != nil {
			return values, fmt.Errorf("array %q: %w", name, err)
		}
		values[name] = v
	}
	return values, nil
}

// readMember reads to the member's end, where its checksum is compared.
func readMember(member *zip.File) (ortwrap.Value, error) {
	r, err := member.Open()
	if err != nil {
		return nil, zipError(err)
	}
	defer r.Close()
	v, err := readAll(r, -1) // the size in the archive is only a claim
	return v, zipError(err)
}

// zipError gives errors of archive/zip and of compressed data their sentinel.
func zipError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, ErrFormat) || errors.Is(err, ErrUnsupported):
		return err
	case errors.Is(err, zip.ErrAlgorithm):
		return fmt.Errorf("%w: %w: save it with numpy.savez_compressed", ErrUnsupported, err)
	case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum), errors.As(err, &corrupt),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return err
}

// WriteArchive writes a .npz file, not compressed, with the arrays in the order of their names. The same values make
// the same bytes. The file has its name only when it is whole, as with [WriteFile], and the errors are the same.
func WriteArchive(path string, values map[string]ortwrap.Value) error {
	return wholefile.Write(path, func(w io.Writer) error {
		archive := zip.NewWriter(w)
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if err := writeMember(archive, name, values[name]); err != nil {
				return fmt.Errorf("array %q: %w", name, err)
			}
		}
		return archive.Close()
	})
}

func writeMember(archive *zip.Writer, name string, v ortwrap.Value) error {
	w, err := archive.CreateHeader(&zip.FileHeader{
		Name:     name + extension,
		Method:   zip.Store,
		Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC), // the first one that zip has
	})
	if err != nil {
		return err
	}
	return Write(w, v)
}
