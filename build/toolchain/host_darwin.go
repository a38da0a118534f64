package toolchain

import "golang.org/x/sys/unix"

// memory returns the bytes of memory of this machine.
func memory() int64 {
	size, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return -1
	}
	return int64(size)
}
