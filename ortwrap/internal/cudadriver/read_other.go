//go:build !linux

package cudadriver

import "runtime"

// Read is for Linux. The error is a MissingError.
func Read(library string) (State, error) {
	return State{}, &MissingError{library, "it is looked for on Linux only, not on " + runtime.GOOS}
}
