package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// pieceSize is how much of a file is digested at once. SHA-256 cannot be computed in parallel, so a file that is larger
// is cut into pieces; its digest in a listing is then that of the text "HEX\n" for each piece. Smaller files have their
// ordinary SHA-256. By hand: split -b 8M --filter=sha256sum FILE | cut -c-64 | sha256sum
const pieceSize = 8 << 20

// piece is a part of the file items[item].
type piece struct {
	item, index  int
	offset, size int64
}

// scan reads everything below dir. What cannot be read is in the list too, with its fault. The error is ctx's alone.
func scan(ctx context.Context, dir string) ([]item, error) {
	items := walk(dir)
	sums := make([][]digest.Digest, len(items))
	faults := make([][]error, len(items))
	var pieces []piece
	for n, i := range items {
		if i.kind != "file" || i.fault != nil {
			continue
		}
		offset := int64(0)
		for first := true; first || offset < i.size; first = false {
			pieces = append(pieces, piece{n, len(sums[n]), offset, min(pieceSize, i.size-offset)})
			sums[n], faults[n] = append(sums[n], digest.Digest{}), append(faults[n], nil)
			offset += pieceSize
		}
	}
	group := errgroup.Group{}
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range pieces {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			sums[p.item][p.index], faults[p.item][p.index] = p.sum(filepath.Join(dir, filepath.FromSlash(items[p.item].path)))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for n := range items {
		if sums[n] != nil {
			items[n].digest, items[n].fault = join(sums[n]), errors.Join(faults[n]...)
		}
	}
	return items, ctx.Err()
}

func (p piece) sum(path string) (digest.Digest, error) {
	file, err := os.Open(path)
	if err != nil {
		return digest.Digest{}, err
	}
	defer file.Close()
	sum, _, err := digest.OfReader(io.NewSectionReader(file, p.offset, p.size))
	return sum, err
}

// join returns the digest of a file from those of its pieces.
func join(sums []digest.Digest) digest.Digest {
	if len(sums) == 1 {
		return sums[0]
	}
	text := &strings.Builder{}
	for _, sum := range sums {
		text.WriteString(sum.Hex() + "\n")
	}
	return digest.OfBytes([]byte(text.String()))
}

// walk lists what is below dir, without digests.
func walk(dir string) []item {
	var items []item
	// The function below returns no error but SkipDir: faults are kept in the items.
	_ = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, name)
		i := item{path: filepath.ToSlash(rel), fault: err}
		switch {
		case err != nil:
			if n := len(items) - 1; n >= 0 && items[n].path == i.path {
				items = items[:n] // a folder that was listed, and then could not be read
			}
			items = append(items, i)
			return fs.SkipDir
		case rel == "." && entry.IsDir():
			return nil
		}
		i.look(name, entry)
		items = append(items, i)
		return nil
	})
	return items
}

// look fills in what entry is.
func (i *item) look(name string, entry fs.DirEntry) {
	switch entry.Type() {
	case fs.ModeDir:
		i.kind = "dir"
	case fs.ModeSymlink:
		i.kind = "link"
		i.target, i.fault = os.Readlink(name)
		if i.fault == nil && !filepath.IsLocal(path.Join(path.Dir(i.path), i.target)) || filepath.IsAbs(i.target) {
			i.fault = errors.New("a link to " + i.target + ", which leads out of the folder")
		}
	case 0:
		i.kind = "file"
		info, err := entry.Info()
		if err != nil {
			i.fault = err
			return
		}
		i.size, i.exec = info.Size(), info.Mode()&0o111 != 0
	default:
		i.fault = errors.New("neither a file, a folder nor a link")
	}
}
