package bundle

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// copyFile copies what from is or links to, with the same mode under every umask, and returns its digest.
func copyFile(from, to string, mode fs.FileMode) (sum digest.Digest, err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return sum, err
	}
	in, err := os.Open(from)
	if err != nil {
		return sum, err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := out.Chmod(mode); err != nil {
		return sum, err
	}
	if sum, _, err = digest.OfReader(io.TeeReader(in, out)); err != nil {
		return sum, fmt.Errorf("copying %q to %q: %w", from, to, err)
	}
	return sum, nil
}

// showFolders lets everybody read a folder and those in it, under every umask.
func showFolders(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o755)
	})
}

func writeText(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Chmod(path, 0o644)
}

// addText writes a text file of the bundle and returns its entry.
func addText(dir, to, text string) (File, error) {
	if err := writeText(filepath.Join(dir, filepath.FromSlash(to)), text); err != nil {
		return File{}, err
	}
	return describe(dir, to)
}

// describe returns the entry of a file of the bundle.
func describe(dir, to string) (File, error) {
	sum, size, err := digest.OfFile(filepath.Join(dir, filepath.FromSlash(to)))
	return File{Path: to, Size: size, SHA256: sum}, err
}

// versionOf returns the version of a library: cuDNN's own, else what stands after ".so." in the name of the file that
// its links lead to ("libcublas.so.12.4.5.8"), else what stands there in its soname.
func versionOf(item found, cudnn string) string {
	if isCUDNNPart(item.soname) {
		return cudnn
	}
	real, err := filepath.EvalSymlinks(item.path)
	if err != nil {
		real = item.path
	}
	for _, name := range []string{filepath.Base(real), item.soname} {
		if _, version, ok := strings.Cut(name, ".so."); ok {
			return version
		}
	}
	return ""
}
