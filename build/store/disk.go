package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// disk does everything that changes a store on disk, so that a test can stop before any step of it.
type disk struct {
	step func(op, path string)
}

func (d disk) mkdir(path string) error {
	d.step("mkdir", path)
	return os.MkdirAll(path, 0o755)
}

// write makes a new read-only file and waits until the disk has it.
func (d disk) write(path, text string) (err error) {
	d.step("create", path)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o444)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	d.step("write", path)
	if _, err := file.WriteString(text); err != nil {
		return err
	}
	d.step("sync", path)
	return file.Sync()
}

// sync waits until the disk has the file or folder at path.
func (d disk) sync(path string) (err error) {
	d.step("sync", path)
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	err = file.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil // a file system in user space that cannot do this for folders
	}
	return err
}

// rename moves from to a free name on the same file system, and waits until the disk has it there.
func (d disk) rename(from, to string) error {
	d.step("rename", to)
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return d.sync(filepath.Dir(to))
}

func (d disk) chmod(path string, mode fs.FileMode) error {
	d.step("chmod", path)
	return os.Chmod(path, mode)
}

func (d disk) touch(path string, now time.Time) error {
	d.step("touch", path)
	return os.Chtimes(path, now, now)
}

// remove removes path and all below it, read-only folders too.
func (d disk) remove(path string) error {
	d.step("remove", path)
	err := os.RemoveAll(path)
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	_ = filepath.WalkDir(path, func(name string, entry fs.DirEntry, _ error) error {
		if entry != nil && entry.IsDir() {
			_ = os.Chmod(name, 0o755) // before its files are read: WalkDir calls for a folder first
		}
		return nil
	})
	return os.RemoveAll(path)
}

// owns tells whether a file of the store caused err, and not one that the caller reads.
func (s *Store) owns(err error) bool {
	path := ""
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		path = e.Path
	} else if e, ok := errors.AsType[*os.LinkError](err); ok {
		path = e.New
	}
	return strings.HasPrefix(path, s.root+string(filepath.Separator))
}

// explain adds the next step for a person to an error that a full or write-protected disk has caused.
func (s *Store) explain(op, on string, err error) error {
	if err == nil || errors.As(err, new(*fault.Error)) {
		return err
	}
	f := &fault.Error{Op: op, On: on, Err: err}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		f.Hint = "make room on the file system of " + s.root +
			" (the target gc removes what is not used), or choose another store folder"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		f.Hint = "make " + s.root + " writable for this user, or choose another store folder"
	}
	return f
}
