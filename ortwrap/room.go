package ortwrap

import (
	"fmt"
	"math"
	"math/bits"
	"syscall"
)

// largeBytes is the size from which on the system is asked for memory before Go is: Go ends the program where there is
// not enough.
const largeBytes = 1 << 30

// checkRoom makes sure that a tensor of the shape, with elements of the given number of bytes, fits into memory.
func checkRoom(shape Shape, width int) error {
	size := uint64(width)
	for _, d := range shape {
		if d <= 0 {
			return nil // no elements, or an error that onnxruntime_go finds
		}
		high, low := bits.Mul64(size, uint64(d))
		if high != 0 || low > math.MaxInt {
			return fmt.Errorf("%w: shape %v has too many elements for any memory: check its dimensions",
				ErrInvalidValue, []int64(shape))
		}
		size = low
	}
	if size < largeBytes {
		return nil
	}
	memory, err := syscall.Mmap(-1, 0, int(size), syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return fmt.Errorf("%w: shape %v takes %s bytes, and there is not so much memory (%w): check its dimensions",
			ErrInvalidValue, []int64(shape), group(int64(size)), err)
	}
	return syscall.Munmap(memory)
}

// checkStrings makes sure that ORT does not make strings for a shape that has another number of them.
func checkStrings(shape Shape, n int) error {
	if err := checkRoom(shape, 1); err != nil {
		return err
	}
	if want := shape.FlattenedSize(); shape.Validate() == nil && want != int64(n) {
		return fmt.Errorf("%w: expected %d strings for shape %v, got %d", ErrInvalidValue, want, []int64(shape), n)
	}
	return nil
}
