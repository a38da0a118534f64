package fetch

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
)

// downloadWheel lets pip write a file to path, whose last element is the file's name. size is the pinned one; 0: not
// pinned.
func (c *Client) downloadWheel(ctx context.Context, f pypi.File, path string, size int64, progress Progress) error {
	client, err := c.pip(ctx)
	if err != nil {
		return err
	}
	var grow func(int64)
	if progress != nil {
		total := size
		if total == 0 {
			total = -1
		}
		grow = func(done int64) { progress(done, total) }
	}
	_, err = client.Download(ctx, f, filepath.Dir(path), grow)
	var mismatch *pypi.MismatchError
	switch {
	case errors.As(err, &mismatch):
		return &MismatchError{What: "digest", Want: mismatch.Want.String(), Got: mismatch.Got.String()}
	case errors.Is(err, syscall.ENOSPC):
		return &localError{err}
	}
	return err
}

// askForWheel makes the index say whether it has a file.
func (c *Client) askForWheel(ctx context.Context, f pypi.File) error {
	client, err := c.pip(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, wheelTimeout)
	defer cancel()
	return client.Has(ctx, f)
}

// pip is found once for all pins: that starts programs, and may fetch it.
func (c *Client) pip(ctx context.Context) (pypi.Client, error) {
	c.pipMu.Lock()
	defer c.pipMu.Unlock()
	if c.pypi != nil {
		return *c.pypi, nil
	}
	client, err := c.PyPI(ctx)
	if err != nil {
		return pypi.Client{}, err
	}
	c.pypi = &client
	return client, nil
}
