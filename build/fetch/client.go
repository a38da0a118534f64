// Package fetch turns a pin into a verified file on this machine.
//
// Files lie in the client's folder under their SHA-256. One that is there, and whole, is used; else each place that may
// have it is tried in turn: the mirror that the user named, the pin's own URLs, the index of Python packages, a Debian
// mirror. What comes is written under a name of its own, verified, and only then renamed: a wrong or half-made file is
// never seen under a good name.
//
//	client := &fetch.Client{Dir: "downloads"}
//	file, err := client.Fetch(ctx, pin, nil)
//	fmt.Println(file.Path, file.From) // downloads/sha256/81431b…/mp11-boost-1.82.0.zip https://…
package fetch

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// Client fetches pinned files. Only Dir is required. Several goroutines may use it, and several processes its folder.
type Client struct {
	Dir     string // folder of the files; made when needed
	Mirror  string // ORT_MIRROR: URL prefix or folder, asked first; empty for none
	Offline bool   // touch no network: only Dir, and a Mirror that is a folder

	// Debian finds the Debian mirrors, and is asked only for a pin that one has. Nil: there are none.
	Debian func(context.Context) (debian.Archive, error)

	// PyPI finds pip, and is asked only for a pin that the index of Python packages has. Nil: there is none.
	PyPI func(context.Context) (pypi.Client, error)

	Stall     time.Duration     // how long a server may send nothing; 0: 30 seconds
	Transport http.RoundTripper // carries the requests; nil: TCP with time-outs, through the proxies of this machine

	mu     sync.Mutex // guards what follows
	client *http.Client
	debian *debian.Archive

	pipMu sync.Mutex // another one: to find pip may take a minute
	pypi  *pypi.Client
}

// File is a verified file.
type File struct {
	Path   string
	SHA256 digest.Digest
	Size   int64  // bytes
	From   string // URL or path that it was fetched from; empty if it was there
}

// Progress is told how many of a file's bytes have arrived. Total is negative where the server does not say.
type Progress func(done, total int64)

// Fetch returns the pinned file, and fetches it if it is not there. Its error is a [fault.Error] that has what each
// place said; nothing is left behind. progress may be nil.
func (c *Client) Fetch(ctx context.Context, pin release.Pin, progress Progress) (File, error) {
	if file, ok := c.Has(pin); ok {
		return file, nil
	}
	places, err := c.places(ctx, pin)
	if err != nil {
		return File{}, err
	}
	if err := c.makeFolders(); err != nil {
		return File{}, c.localError(pin, err)
	}
	var failures []error
	unreachable := map[string]bool{} // hosts: several places may be on one
	for _, place := range places {
		if unreachable[place.host()] {
			continue
		}
		file, err := c.fetchFrom(ctx, place, pin, progress)
		unreachable[place.host()] = place.url != "" && isUnreachable(err)
		switch {
		case err == nil:
			return file, nil
		case ctx.Err() != nil:
			return File{}, stoppedError(pin, context.Cause(ctx))
		case isLocal(err):
			return File{}, c.localError(pin, err)
		}
		failures = append(failures, &PlaceError{Place: place.String(), Err: err})
	}
	return File{}, c.failedError(pin, failures)
}

// fetchFrom downloads to a fresh name, verifies, and keeps what is right.
func (c *Client) fetchFrom(ctx context.Context, from place, pin release.Pin, progress Progress) (File, error) {
	staging, err := os.MkdirTemp(c.staging(), "get-")
	if err != nil {
		return File{}, &localError{err}
	}
	defer os.RemoveAll(staging)
	path := filepath.Join(staging, pin.File())
	if err := c.download(ctx, from, path, pin.Size, progress); err != nil {
		return File{}, err
	}
	sum, size, err := verify(path, pin)
	if err != nil {
		return File{}, err
	}
	if progress != nil {
		progress(size, size)
	}
	file := File{Path: c.path(sum, pin), SHA256: sum, Size: size, From: from.String()}
	if err := c.keep(path, file.Path, pin, sum); err != nil {
		return File{}, &localError{err}
	}
	return file, nil
}
