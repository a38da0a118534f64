package audit

import (
	"errors"
	"fmt"
	"io"
)

// leakWindow is how much of a file is looked at at once, in bytes. Windows overlap, so that no text is cut.
const (
	leakWindow  = 4 << 20
	leakOverlap = 8 << 10 // longer than any path
)

// leaks returns for each private folder the first text in r that names it.
func leaks(r io.Reader, private []string) ([]string, error) {
	dirs := folders(private)
	found := make([]string, len(dirs))
	buffer := make([]byte, leakWindow)
	for kept := 0; ; {
		n, err := io.ReadFull(r, buffer[kept:])
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return nil, fmt.Errorf("looking for private folders: %w", err)
		}
		window := buffer[:kept+n]
		for i, dir := range dirs {
			if found[i] != "" {
				continue
			}
			view := window
			if !last { // what follows a match at the end is not known yet: the next window has that match whole
				view = view[:len(view)-longestText]
			}
			if _, times := findPath(view, dir); times > 0 {
				found[i], _ = findPath(window, dir)
			}
		}
		if last {
			break
		}
		kept = copy(buffer, window[len(window)-leakOverlap:])
	}
	var list []string
	for _, text := range found {
		if text != "" {
			list = append(list, text)
		}
	}
	return list, nil
}
