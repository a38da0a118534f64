package source

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha1" //nolint:gosec // CMake's own check in deps.txt; our digests are SHA-256
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// fixedTime is the time of every entry, so that the same tree gives the same bytes. It is not zero, which some tools
// take for a file that does not exist.
var fixedTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// writeTar writes the folder root as an uncompressed tar archive whose only top folder is top. Equal trees give equal
// bytes: entries are sorted, without owners, with a fixed time and normal modes.
func writeTar(ctx context.Context, dest, root, top string) error {
	out, err := os.Create(dest)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(out, 1<<20)
	w := tar.NewWriter(buffered)
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error { // in lexical order
		if err = errors.Join(err, context.Cause(ctx)); err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		return writeEntry(w, file, path.Join(top, filepath.ToSlash(name)), d)
	})
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = buffered.Flush()
	}
	return errors.Join(err, out.Close())
}

func writeEntry(w *tar.Writer, file, name string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	header := &tar.Header{Name: name, ModTime: fixedTime, Mode: int64(normal(info.Mode()))}
	switch {
	case d.IsDir():
		header.Typeflag, header.Name, header.Mode = tar.TypeDir, name+"/", 0o755
	case d.Type() == fs.ModeSymlink:
		header.Typeflag, header.Mode = tar.TypeSymlink, 0o777
		if header.Linkname, err = os.Readlink(file); err != nil {
			return err
		}
	default:
		header.Typeflag, header.Size = tar.TypeReg, info.Size()
	}
	if err := w.WriteHeader(header); err != nil || header.Typeflag != tar.TypeReg {
		return err
	}
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.Copy(w, in)
	return err
}

// sha1Of returns the SHA-1 of a file in hexadecimal digits, as deps.txt wants it.
func sha1Of(file string) (string, error) {
	in, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer in.Close()
	hash := sha1.New() //nolint:gosec // see above
	if _, err := io.Copy(hash, in); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
