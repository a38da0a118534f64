// Package cexit ends a program as C does, for tests.
package cexit

// #include <stdlib.h>
import "C"

// Exit ends the program after the exit handlers of C and the destructors of C++, among them ORT's. Go's os.Exit leaves
// them out on Linux, but a Go library in a program whose main function is C's can't.
func Exit(code int) { C.exit(C.int(code)) }
