package bundle

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/renameio/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// Pack writes the bundle in dir to the archive file, which ends in .tar.gz or .tar.zst and has one folder at its top,
// named like dir. The same bundle gives the same bytes: files in order, no dates, no owners. The archive appears only
// when it is whole.
func Pack(ctx context.Context, dir, file string) (err error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return err
	}
	pending, err := renameio.NewPendingFile(file, renameio.WithPermissions(0o644))
	if err != nil {
		return fmt.Errorf("packing a bundle: %w", err)
	}
	defer func() { err = errors.Join(err, pending.Cleanup()) }()
	packed, err := compressor(file, pending)
	if err != nil {
		return err
	}
	if err := packFiles(ctx, dir, m, packed); err != nil {
		return fmt.Errorf("packing a bundle: %w", errors.Join(err, packed.Close()))
	}
	if err := packed.Close(); err != nil {
		return fmt.Errorf("packing a bundle: %w", err)
	}
	return pending.CloseAtomicallyReplace()
}

func compressor(name string, w io.Writer) (io.WriteCloser, error) {
	switch {
	case strings.HasSuffix(name, ".tar.gz"):
		return gzip.NewWriter(w), nil
	case strings.HasSuffix(name, ".tar.zst"):
		return zstd.NewWriter(w)
	}
	return nil, &fault.Error{
		Op: "pack a bundle", On: name, Err: errors.New("the kind of archive is not known"),
		Hint: "end its name in .tar.gz or .tar.zst",
	}
}

func packFiles(ctx context.Context, dir string, m Manifest, w io.Writer) error {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	top := filepath.Base(absolute)
	names := []string{ManifestFile}
	for _, file := range m.Files {
		names = append(names, file.Path)
	}
	slices.Sort(names)
	archive := tar.NewWriter(w)
	folders := map[string]bool{}
	for _, name := range names {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := packFolders(archive, folders, path.Join(top, path.Dir(name))); err != nil {
			return err
		}
		header := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(top, name), Mode: 0o644, ModTime: time.Unix(0, 0)}
		if name == m.Program {
			header.Mode = 0o755
		}
		if err := packFile(archive, header, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return archive.Close()
}

// packFolders writes the folders on the way to one that is not there yet.
func packFolders(archive *tar.Writer, known map[string]bool, folder string) error {
	if folder == "." || known[folder] {
		return nil
	}
	if err := packFolders(archive, known, path.Dir(folder)); err != nil {
		return err
	}
	known[folder] = true
	return archive.WriteHeader(&tar.Header{
		Typeflag: tar.TypeDir, Name: folder + "/", Mode: 0o755, ModTime: time.Unix(0, 0),
	})
}

func packFile(archive *tar.Writer, header *tar.Header, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	header.Size = info.Size()
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(archive, in)
	return err
}
