package npy

import "errors"

// What a caller may want to tell apart with errors.Is. Errors of files and readers (fs.ErrNotExist, …) come through.
var (
	// ErrFormat is a file that is not what it should be: no .npy or .npz at all, cut short, with something after its
	// end, or with a header that contradicts itself.
	ErrFormat = errors.New("broken NumPy file")
	// ErrUnsupported is a file or a value that is right, but has no counterpart on the other side.
	ErrUnsupported = errors.New("unsupported by ortwrap/npy")
)
