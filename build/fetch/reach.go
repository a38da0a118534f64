package fetch

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// reachTimeout is how long a server may take to say that it has a file.
const reachTimeout = 10 * time.Second

// wheelTimeout is the same for pip, which needs some seconds for itself.
const wheelTimeout = 30 * time.Second

// Reach tells, without downloading it, whether the pinned file can be had: nil if it is here already or a place says that
// it has it; else what each place said, one line for each.
func (c *Client) Reach(ctx context.Context, pin release.Pin) error {
	if _, ok := c.Has(pin); ok {
		return nil
	}
	places, err := c.places(ctx, pin)
	if err != nil {
		return err
	}
	var failures []error
	for _, place := range places {
		err := c.ask(ctx, place)
		if err == nil {
			return nil
		}
		failures = append(failures, &PlaceError{Place: place.String(), Err: err})
	}
	return errors.Join(failures...)
}

// ask makes a place say whether it has its file.
func (c *Client) ask(ctx context.Context, from place) error {
	if from.err != nil || from.file != "" { // a file was seen when the place was made
		return from.err
	}
	if from.wheel != nil {
		return c.askForWheel(ctx, *from.wheel)
	}
	ctx, cancel := context.WithTimeout(withProxy(ctx, from.proxy), reachTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, from.url, nil)
	if err != nil {
		return err
	}
	answer, err := c.http().Do(request)
	if err != nil {
		return plain(err, &body{})
	}
	return answer.Body.Close()
}
