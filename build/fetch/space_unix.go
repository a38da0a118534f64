//go:build unix

package fetch

import (
	"github.com/dustin/go-humanize"
	"golang.org/x/sys/unix"
)

// freeText returns ", 12 kB are free" for the disk that has dir, or nothing if that cannot be found out.
func freeText(dir string) string {
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil {
		return ""
	}
	free := uint64(stat.Bavail) * uint64(stat.Bsize)
	return ", " + humanize.Bytes(free) + " are free"
}
