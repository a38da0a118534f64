package ortwrap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// ErrNoProfile says that a session writes no profile, or no longer.
var ErrNoProfile = errors.New("the session writes no profile: open it WithProfiling, and end that once")

// WithProfiling makes the session write how long each operator took to a JSON file, which the trace viewers of browsers
// show. Its path is prefix, the time of opening and ".json". The file is whole after [Session.EndProfiling] or Close.
func (b SessionBuilder) WithProfiling(prefix string) SessionBuilder {
	if prefix == "" || strings.Contains(prefix, "\x00") {
		return b.fail(fmt.Errorf("%w: the prefix of profiles is %q", ErrOption, prefix))
	}
	return b.with(func(o capi.Options) error { return o.EnableProfiling(prefix) })
}

// EndProfiling completes the profile, after waiting for runs that have begun, and returns its path. The errors are
// [ErrNoProfile] and [ErrClosed].
func (s *Session) EndProfiling() (path string, err error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.closed {
		err = ErrClosed
	} else if path, err = s.native.EndProfiling(); err == nil && path == "" {
		err = ErrNoProfile
	}
	if err != nil {
		return "", &Error{Op: "profiling", Model: s.model, Err: convert(err)}
	}
	return path, nil
}
