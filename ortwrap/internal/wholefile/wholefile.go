// Package wholefile writes files that are there when they are whole, and not before.
//
//	err := wholefile.Write("scores.json", func(w io.Writer) error {
//		_, err := w.Write(text)
//		return err
//	})
package wholefile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Write writes a file under another name in the same folder, and gives it its name when it is whole: where something
// fails, a file that was there before is still there. The new file has the permissions of the old one, not its owner.
// Of a symbolic link it is what the link leads to that is replaced.
//
// What is no regular file (a pipe, /dev/null) is written to as it is. So is a file that may be written to but not
// replaced, because of its folder or because it is mounted by itself; for that one the function is called twice.
//
// The error says which file was to be written, and wraps the function's own or that of the system.
func Write(path string, write func(io.Writer) error) error {
	return writeBy(os.Rename, path, write) //nolint:forbidigo // siblings, so on one file system
}

func writeBy(rename func(from, to string) error, path string, write func(io.Writer) error) error {
	old, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err = replace(rename, follow(path), nil, write)
	case err != nil:
	case !old.Mode().IsRegular():
		err = overwrite(path, write)
	default:
		err = update(rename, path, old, write)
	}
	if err != nil {
		return fmt.Errorf("writing %q: %w", path, cause(err))
	}
	return nil
}

// follow is where a path leads through symbolic links, of which the last one leads to nothing.
func follow(path string) string {
	for {
		link, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(link) {
			folder, _ := filepath.Split(path)
			link = folder + link // not Join: where a folder is a link, "folder/.." is not "."
		}
		path = link
	}
}

// update replaces a file, or writes to it where the system does not let it be replaced.
func update(rename func(from, to string) error, path string, old fs.FileInfo, write func(io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		if kept, err := replace(rename, real, old, write); !kept {
			return err
		}
	}
	if err := write(io.Discard); err != nil { // else the file would be lost
		return err
	}
	return overwrite(path, write)
}

// replace writes a file beside the path, then gives it the path's name. Where the reason for an error is that the system
// keeps the old file there, kept is true.
func replace(rename func(from, to string) error, path string, old fs.FileInfo, write func(io.Writer) error) (
	kept bool, err error,
) {
	f, err := beside(path, old)
	if err != nil {
		return errors.Is(err, fs.ErrPermission), err
	}
	defer func() {
		if err == nil {
			return
		}
		f.Close()
		if left := os.Remove(f.Name()); left != nil {
			err = errors.Join(err, left)
		}
	}()
	if old != nil { // the process's mask has taken some of it
		if err := f.Chmod(old.Mode().Perm()); err != nil {
			return false, err
		}
	}
	if err := fill(f, write); err != nil {
		return false, err
	}
	if err := rename(f.Name(), path); err != nil {
		return true, err
	}
	return false, nil
}

// beside makes a file in the folder of the path, which nobody may read who may not read the old one. Its name is short,
// whatever the path's is.
func beside(path string, old fs.FileInfo) (*os.File, error) {
	mode := fs.FileMode(0o666)
	if old != nil {
		mode = old.Mode().Perm()
	}
	folder, _ := filepath.Split(path)
	number := rand.Uint64() //nolint:gosec // no secret: O_EXCL finds a name that is taken
	return os.OpenFile(fmt.Sprintf("%s.ortwrap-%016x", folder, number), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

// overwrite writes to what is there.
func overwrite(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	if err := fill(f, write); err != nil {
		f.Close()
		return err
	}
	return nil
}

// fill writes a file to its end.
func fill(f *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// cause is an error of the system without the name of a file, which is said already or is not the one that was asked
// for.
func cause(err error) error {
	switch failure := err.(type) { //nolint:errorlint // only what says nothing else may be left out
	case *fs.PathError:
		return failure.Err
	case *os.LinkError:
		return failure.Err
	default:
		return err
	}
}
