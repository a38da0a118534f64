package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// ErrOffline tells that a file is not there and no network may be touched.
var ErrOffline = errors.New("not downloaded yet, and ORT_OFFLINE is set")

// MismatchError tells that a place has another file than the pinned one.
type MismatchError struct {
	What      string // "digest" or "size"
	Want, Got string
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("not the pinned file: %s wanted %s, got %s", e.What, e.Want, e.Got)
}

// PlaceError tells why one place did not give the file.
type PlaceError struct {
	Place string // URL or path
	Err   error
}

func (e *PlaceError) Error() string { return e.Place + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *PlaceError) Unwrap() error { return e.Err }

// placesError is what all places said, one a line.
type placesError struct{ all []error }

func (e *placesError) Error() string {
	if len(e.all) == 0 {
		return "no place is known that has it"
	}
	var text strings.Builder
	text.WriteString("no place gave it")
	for _, err := range e.all {
		text.WriteString("\n  " + err.Error())
	}
	return text.String()
}

func (e *placesError) Unwrap() []error { return e.all }

// localError is trouble with this machine's own disk, which no other place can help.
type localError struct{ err error }

func (e *localError) Error() string { return e.err.Error() }

func (e *localError) Unwrap() error { return e.err }

func isLocal(err error) bool {
	var local *localError
	return errors.As(err, &local)
}

// MissingError is the error of an offline build that lacks files.
func MissingError(missing []release.Pin) error {
	files := make([]string, len(missing))
	for i, pin := range missing {
		files[i] = pin.File()
	}
	return &fault.Error{
		Op: "fetch", On: strings.Join(files, ", "), Err: ErrOffline,
		Hint: "unset ORT_OFFLINE; or run, on a machine with a network: go tool mage vendor DIR, " +
			"and set ORT_MIRROR to a copy of DIR",
	}
}

func (c *Client) failedError(pin release.Pin, failures []error) error {
	f := &fault.Error{Op: "fetch " + pin.Name, On: pin.File(), Err: &placesError{failures}}
	f.Hint = "see whether this machine reaches one of these places; or put " + pin.File() +
		" into a folder and set ORT_MIRROR to it"
	var exit *run.ExitError
	if errors.As(f.Err, &exit) { // of pip, which has more to say than one line
		f.Tail = exit.Tail
	}
	var mismatch *MismatchError
	if errors.As(f.Err, &mismatch) {
		f.Hint = "a proxy, a mirror or the maker changed the file: it was not kept. Get the pinned one elsewhere, " +
			"put it into a folder as " + pin.File() + ", and set ORT_MIRROR to that"
	}
	var inner *fault.Error
	if errors.Is(f.Err, pypi.ErrNoPip) && errors.As(f.Err, &inner) {
		f.Hint = inner.Hint + "; or put " + pin.File() + " into a folder and set ORT_MIRROR to it"
	}
	if c.Offline {
		f.Err = fmt.Errorf("%w: %w", ErrOffline, f.Err)
	}
	return f
}

// localError says what to do about a folder that cannot be written.
func (c *Client) localError(pin release.Pin, err error) error {
	f := &fault.Error{Op: "fetch " + pin.Name, On: c.Dir, Err: err}
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		f.Hint = fmt.Sprintf("free some space there, or set ORT_HOME to a folder with more: %s needs %s%s",
			pin.File(), sizeText(pin.Size), freeText(c.Dir))
	case errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission):
		f.Hint = "make this folder writable, or set ORT_HOME to one that is"
	default:
		f.Hint = "see to this folder, or set ORT_HOME to another one"
	}
	return f
}

func stoppedError(pin release.Pin, cause error) error {
	return fmt.Errorf("fetching %s was stopped: %w", pin.File(), cause)
}

func sizeText(bytes int64) string {
	if bytes <= 0 {
		return "more than was free"
	}
	return humanize.Bytes(uint64(bytes))
}
