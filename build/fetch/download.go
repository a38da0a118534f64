package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-getter/v2"
)

// maxUnpinned is the most that is taken of a file whose size is not pinned, in bytes.
const maxUnpinned = 1 << 30

// errStalled is the cause of a download that was given up because nothing came any more.
var errStalled = errors.New("the server sends nothing")

// download copies a place's file to path, which does not exist yet. size is the pinned one; 0: not pinned.
//
// The getter is kept as narrow as can be: two protocols, no archives, no links, no second address in a header, no login
// from ~/.netrc, and no checksum of its own, because it would take a wrong file that is already there for complete.
func (c *Client) download(ctx context.Context, from place, path string, size int64, progress Progress) error {
	if from.err != nil {
		return from.err
	}
	if from.wheel != nil {
		return c.downloadWheel(ctx, *from.wheel, path, size, progress)
	}
	request, err := c.request(from, path)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(withProxy(ctx, from.proxy))
	defer cancel(nil)
	body := &body{size: size, progress: progress, stall: c.stall()}
	if from.url != "" { // a disk may take its time
		body.timer = time.AfterFunc(body.stall, func() { cancel(errStalled) })
		defer body.timer.Stop()
	}
	request.ProgressListener = body

	client := &getter.Client{
		Getters: []getter.Getter{
			&getter.HttpGetter{Client: c.http(), DoNotCheckHeadFirst: true, XTerraformGetDisabled: true},
			&getter.FileGetter{},
		},
		Decompressors:   map[string]getter.Decompressor{},
		DisableSymlinks: true,
	}
	if _, err = client.Get(ctx, request); err == nil {
		return nil
	}
	if errors.Is(context.Cause(ctx), errStalled) {
		return fmt.Errorf("%w: nothing for %v after %d bytes", errStalled, body.stall, body.done)
	}
	// A local file that cannot be written is our trouble, not the place's. Reading a mirror folder is the place's.
	var pathError *fs.PathError
	if errors.As(err, &pathError) && within(filepath.Dir(path), pathError.Path) {
		return &localError{err}
	}
	return plain(err, body)
}

func (c *Client) request(from place, path string) (*getter.Request, error) {
	source := &url.URL{Scheme: "file", Path: filepath.ToSlash(from.file)}
	if from.url != "" {
		parsed, err := url.Parse(from.url)
		if err != nil {
			return nil, fmt.Errorf("not an address: %w", err)
		}
		source = parsed
	}
	source.RawQuery = "archive=false"
	return &getter.Request{Src: source.String(), Dst: path, GetMode: getter.ModeFile, Copy: true}, nil
}

func within(dir, path string) bool {
	inside, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(inside)
}

// plain says in plain words why a transfer broke off, without the address: the caller has it.
func plain(err error, b *body) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrShortWrite) {
		return fmt.Errorf("the connection broke off after %d bytes of the file: %w", b.done, io.ErrUnexpectedEOF)
	}
	return err
}

// body watches the bytes of a response as they come. It implements the getter's interface for progress.
type body struct {
	size     int64 // pinned; 0 if not
	progress Progress
	stall    time.Duration
	timer    *time.Timer // ends the transfer

	source io.ReadCloser
	done   int64
	total  int64 // -1 if the server does not say
}

// TrackProgress is called once, when the headers have come.
func (b *body) TrackProgress(_ string, start, total int64, source io.ReadCloser) io.ReadCloser {
	b.source, b.done, b.total = source, start, total
	b.timer.Reset(b.stall)
	return b
}

// Read passes bytes on. More of them, or fewer, than were pinned end the transfer.
func (b *body) Read(p []byte) (int, error) {
	if b.size > 0 && b.total >= 0 && b.total != b.size {
		return 0, &MismatchError{What: "size", Want: bytesText(b.size), Got: bytesText(b.total)}
	}
	n, err := b.source.Read(p)
	if n == 0 {
		return n, err
	}
	b.timer.Reset(b.stall)
	b.done += int64(n)
	limit := b.size
	if limit == 0 {
		limit = maxUnpinned
	}
	if b.done > limit {
		return 0, &MismatchError{What: "size", Want: "at most " + bytesText(limit), Got: "more"}
	}
	if b.progress != nil {
		b.progress(b.done, b.total)
	}
	return n, err
}

// Close closes the response.
func (b *body) Close() error { return b.source.Close() }

func bytesText(n int64) string { return fmt.Sprintf("%d bytes", n) }
