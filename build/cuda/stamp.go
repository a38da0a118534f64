package cuda

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// stampFile is written last into the folder of a provided toolkit. A folder without it is not looked at.
const stampFile = "stamp.json"

// stamp says what a folder holds and what it was made of.
type stamp struct {
	Origin string
	Key    digest.Digest    // of the pins
	NVCC   digest.Digest    // of bin/nvcc
	Files  map[string]int64 // bytes, by slash path
}

// seal writes the stamp of a folder.
func seal(dir, origin string, key digest.Digest) error {
	files, err := sizes(dir)
	if err != nil {
		return err
	}
	nvcc, _, err := digest.OfFile(filepath.Join(dir, "bin", "nvcc"))
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(stamp{Origin: origin, Key: key, NVCC: nvcc, Files: files}, "", "\t")
	if err != nil {
		return fmt.Errorf("writing a stamp: %w", err)
	}
	return renameio.WriteFile(filepath.Join(dir, stampFile), text, 0o644)
}

// sizes returns the size of every file below a folder. Links count as files: to lose one breaks a toolkit too.
func sizes(dir string) (map[string]int64, error) {
	files := map[string]int64{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = info.Size()
		return err
	})
	return files, err
}

// whole tells whether a folder is as it was when it was sealed: the pins are those of today, nvcc is the same, and no
// file is missing or cut. A change that keeps a file's size is not seen: a digest of 2 GB takes longer than a build
// that has nothing to do may.
func whole(dir string, key digest.Digest) (origin string, ok bool) {
	var s stamp
	text, err := os.ReadFile(filepath.Join(dir, stampFile))
	if err != nil || json.Unmarshal(text, &s) != nil || s.Key != key || key.IsZero() {
		return "", false
	}
	if nvcc, _, err := digest.OfFile(filepath.Join(dir, "bin", "nvcc")); err != nil || nvcc != s.NVCC {
		return "", false
	}
	for name, size := range s.Files {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || info.Size() != size {
			return "", false
		}
	}
	return s.Origin, true
}

// provided returns the first toolkit of the release line's list that was provided before and is as it was then. Its
// home is empty where there is none. Those that are whole and do not fit are rejected.
func (f *Finder) provided(ctx context.Context, want Want) (t Toolkit, d CUDNN, rejected []Rejected, err error) {
	if f.Dir == "" {
		return Toolkit{}, CUDNN{}, rejected, nil
	}
	sources, _, err := f.candidates(want)
	if err != nil {
		return Toolkit{}, CUDNN{}, nil, err
	}
	for _, s := range sources {
		for _, minimal := range []bool{want.Minimal, false} { // a whole one will do for a minimal build, too
			home := filepath.Join(f.Dir, s.folder(minimal))
			origin, ok := whole(home, s.key(f.Platform, minimal))
			if !ok {
				continue
			}
			t, d, err := f.fit(ctx, want, home)
			if ctx.Err() != nil {
				return Toolkit{}, CUDNN{}, nil, fmt.Errorf("looking for a CUDA toolkit: %w", context.Cause(ctx))
			}
			if err == nil {
				t.Origin = origin
				return t, d, nil, nil
			}
			rejected = append(rejected, Rejected{Home: home, Why: err})
		}
	}
	return Toolkit{}, CUDNN{}, rejected, nil
}
