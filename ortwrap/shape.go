package ortwrap

import (
	"fmt"
	"math/bits"
	"slices"
	"syscall"
)

// maxCount is more elements than any machine has, and far from an overflow when multiplied by their size.
const maxCount = 1 << 48

// count is the number of elements of a shape; a scalar has one.
func count(shape Shape) (int64, error) {
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("%w: dimension %d of shape %v is negative", ErrInvalidValue, d, []int64(shape))
		}
	}
	if slices.Contains(shape, 0) {
		return 0, nil
	}
	n := uint64(1)
	for _, d := range shape {
		high, low := bits.Mul64(n, uint64(d)) //nolint:gosec // not negative
		if high != 0 || low > maxCount {
			return 0, fmt.Errorf("%w: shape %v has too many elements for any memory: check its dimensions",
				ErrInvalidValue, []int64(shape))
		}
		n = low
	}
	return int64(n), nil
}

// checkCount makes sure that a shape has n elements.
func checkCount(shape Shape, n int) error {
	want, err := count(shape)
	if err == nil && want != int64(n) {
		err = fmt.Errorf("%w: expected %d elements for shape %v, got %d", ErrInvalidValue, want, []int64(shape), n)
	}
	return err
}

// largeBytes is the size from which on the system is asked for memory before Go is: Go ends the program where there is
// not enough.
const largeBytes = 1 << 30

// checkRoom makes sure that a tensor of the shape, with elements of the given number of bytes, fits into memory.
func checkRoom(shape Shape, width int) error {
	n, err := count(shape)
	if err != nil {
		return err
	}
	size := n * int64(width)
	if err := askForMemory(size); err != nil {
		return fmt.Errorf("%w: shape %v takes %s bytes, and there is not so much memory (%w): check its dimensions",
			ErrInvalidValue, []int64(shape), group(size), err)
	}
	return nil
}

// askForMemory returns the system's error if it would not give so many bytes.
func askForMemory(size int64) error {
	if size < largeBytes {
		return nil
	}
	memory, err := syscall.Mmap(-1, 0, int(size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return err
	}
	return syscall.Munmap(memory)
}
