package devicecode

import (
	"bytes"
	"io"
)

// ParseSection is parse.
func ParseSection(section []byte) ([]Entry, error) {
	return parse(io.NewSectionReader(bytes.NewReader(section), 0, int64(len(section))))
}
