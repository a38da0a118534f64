package source

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// versionFile holds the version of a source tree of ONNX Runtime.
const versionFile = "VERSION_NUMBER"

// CheckoutVersion returns the version that the ONNX Runtime checkout at dir says it is, such as "1.23.0". A folder that
// is no such checkout gives a [*fault.Error].
func CheckoutVersion(dir string) (string, error) {
	version, err := treeVersion(dir)
	if err == nil {
		_, err = os.Stat(filepath.Join(dir, filepath.FromSlash(depsFile)))
	}
	if err != nil {
		return "", &fault.Error{
			Op: "use the checkout", On: dir, Err: fmt.Errorf("not a source tree of ONNX Runtime: %w", err),
			Hint: "set ORT_SOURCE_DIR to the top folder of a checkout, which holds " + versionFile + " and " + depsFile +
				", or unset it to build a release",
		}
	}
	return version, nil
}

func treeVersion(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, versionFile))
	return strings.TrimSpace(string(text)), err
}

// checkoutFile is a file or symbolic link of a checkout.
type checkoutFile struct {
	name string // relative to the checkout
	mode fs.FileMode
	link string // text of a symbolic link
}

// walkCheckout calls visit for all files of a checkout that belong to the sources, in a fixed order: not for git's own
// files, the top folder build/ that ONNX Runtime's scripts make, other folders that CMake builds in, and links that lead
// out of the checkout, whose content is nobody's to vouch for.
func walkCheckout(ctx context.Context, dir string, visit func(checkoutFile) error) error {
	dir, err := filepath.EvalSymlinks(dir) // WalkDir follows none
	if err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err = errors.Join(err, context.Cause(ctx)); err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == "build" || d.Name() == ".git" || exists(filepath.Join(path, "CMakeCache.txt")) {
				return fs.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil || d.Name() == ".git" { // a file in submodules and worktrees
			return err
		}
		f := checkoutFile{name: name, mode: info.Mode()}
		switch f.mode.Type() {
		case 0:
		case fs.ModeSymlink:
			f.link, err = os.Readlink(path)
			if err != nil || filepath.IsAbs(f.link) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), f.link)) {
				return err
			}
		default:
			return nil // a socket or pipe is nothing to build
		}
		return visit(f)
	})
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// checkoutDigest covers the names, the executable bits and the content of a checkout's sources.
func checkoutDigest(ctx context.Context, dir string) (digest.Digest, error) {
	if _, err := CheckoutVersion(dir); err != nil {
		return digest.Digest{}, err
	}
	hash := sha256.New()
	err := walkCheckout(ctx, dir, func(f checkoutFile) error {
		content := "-> " + f.link
		if f.mode.IsRegular() {
			sum, _, err := digest.OfFile(filepath.Join(dir, f.name))
			if err != nil {
				return err
			}
			content = sum.String()
		}
		fmt.Fprintf(hash, "%q %03o %q\n", filepath.ToSlash(f.name), normal(f.mode), content)
		return nil
	})
	if err != nil {
		return digest.Digest{}, fmt.Errorf("reading the checkout: %w", err)
	}
	return digest.Parse(fmt.Sprintf("%x", hash.Sum(nil)))
}

// copyCheckout copies a checkout's sources to dest.
func copyCheckout(ctx context.Context, dir, dest string) error {
	err := walkCheckout(ctx, dir, func(f checkoutFile) error {
		to := filepath.Join(dest, f.name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if f.mode.Type() == fs.ModeSymlink {
			return os.Symlink(f.link, to)
		}
		return copyFile(filepath.Join(dir, f.name), to, normal(f.mode))
	})
	if err != nil {
		return fmt.Errorf("copying the checkout: %w", err)
	}
	return nil
}

// normal is the mode of a file in a prepared tree.
func normal(mode fs.FileMode) fs.FileMode {
	if mode&0o111 != 0 {
		return 0o755
	}
	return 0o644
}

func copyFile(from, to string, mode fs.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
