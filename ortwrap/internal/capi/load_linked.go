//go:build (linux || darwin) && !ortwrap_dlopen

package capi

// Runtime says whether the library is opened when the program runs.
const Runtime = false

// Load gets the library's table of functions. It must have succeeded before anything else of this package is called,
// and must not run twice at a time. The path is for a library that is opened when the program runs: it is not used.
func Load(string) error { return load() }
