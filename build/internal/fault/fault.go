// Package fault has the one error type whose text a user reads.
//
// It answers the four questions of a person whose build has stopped: what was being done, on what, why it failed, and
// what to do next. Inner code returns ordinary errors that wrap their cause; the place that knows the answer to "what
// next" wraps once more:
//
//	return &fault.Error{Op: "find cmake", Err: err, Hint: "apt-get install cmake, or unset ORT_OFFLINE"}
package fault

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// Error is a failure as a user should read it. Only Op and Err are required.
type Error struct {
	Op   string // what was being done, as a verb phrase: "download onnxruntime 1.21.0"
	On   string // on what: a file, a URL, a program
	Err  error  // why it failed
	Tail string // the last lines that a failed tool printed
	Hint string // what to do next, as a sentence or a command
}

// Error returns one line: the operation, its object and the cause.
func (e *Error) Error() string {
	if e.On == "" {
		return fmt.Sprintf("%s: %v", e.Op, e.Err)
	}
	return fmt.Sprintf("%s (%s): %v", e.Op, e.On, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Format returns the whole text for a terminal: the line of [Error.Error], then the tool's last lines, and the
// hint, of the outermost fault in err's chain that has them. Every part is shown once.
func Format(err error) string {
	var tail, hint string
	for rest := err; rest != nil; {
		var f *Error
		if !errors.As(rest, &f) {
			break
		}
		tail, hint = cmp.Or(tail, f.Tail), cmp.Or(hint, f.Hint)
		rest = f.Err
	}
	text := &strings.Builder{}
	fmt.Fprintln(text, err)
	if tail != "" {
		for line := range strings.Lines(strings.TrimRight(tail, "\n")) {
			fmt.Fprintf(text, "  | %s\n", strings.TrimRight(line, "\n"))
		}
	}
	if hint != "" {
		fmt.Fprintf(text, "next: %s\n", hint)
	}
	return strings.TrimRight(text.String(), "\n")
}
