package unpack

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// arHeader is the size in bytes of a member's header in an ar archive: name 16, time 12, owner 6, group 6, mode 8,
// size 10, end mark 2 (deb(5)).
const arHeader = 60

// debData returns the stream of the member data.tar.* of a Debian binary package, which is an ar archive.
func debData(r *bufio.Reader) (*bufio.Reader, error) {
	if _, err := r.Discard(len("!<arch>\n")); err != nil {
		return nil, err
	}
	for {
		header := make([]byte, arHeader)
		if _, err := io.ReadFull(r, header); err != nil {
			if errors.Is(err, io.EOF) {
				return nil, fmt.Errorf("a Debian package without data.tar: %w", io.ErrUnexpectedEOF)
			}
			return nil, err
		}
		name := strings.TrimRight(string(header[:16]), "/ ")
		size, err := strconv.ParseInt(strings.TrimSpace(string(header[48:58])), 10, 64)
		if err != nil || size < 0 || string(header[58:]) != "`\n" {
			return nil, fmt.Errorf("a damaged header of ar member %q", name)
		}
		if strings.HasPrefix(name, "data.tar") {
			return bufio.NewReaderSize(&exactly{r, size}, 1<<20), nil
		}
		if _, err := io.CopyN(io.Discard, r, size+size%2); err != nil { // members begin at even offsets
			return nil, fmt.Errorf("ar member %q: %w", name, noEOF(err))
		}
	}
}

// exactly reads n bytes of r; a shorter r is an error.
type exactly struct {
	r io.Reader
	n int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.n)])
	e.n -= int64(n)
	if e.n > 0 {
		err = noEOF(err)
	}
	return n, err
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
