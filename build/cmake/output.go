package cmake

import (
	"fmt"
	"strings"
	"sync"
)

// capture keeps the end of a program's two output streams.
type capture struct {
	mu   sync.Mutex
	text []byte
}

const maxCapture = 1 << 20 // bytes; CMake's whole output for ONNX Runtime is 30 kB

func (c *capture) Write(data []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text = append(c.text, data...)
	if excess := len(c.text) - maxCapture; excess > 0 {
		c.text = append(c.text[:0], c.text[excess:]...)
	}
	return len(data), nil
}

func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.text)
}

const maxTail = 60 // lines of a tool's message that a person is shown

// errorBlocks returns CMake's error messages out of its output, and the failed commands of the small Ninja runs in
// which CMake unpacks and patches dependencies; empty if there are none. A message ends with the first line that starts
// at the margin, as CMake indents its text.
func errorBlocks(output string) string {
	var kept []string
	inMessage, inCommand := false, false
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "CMake Error"):
			inMessage = true
		case strings.HasPrefix(line, failed):
			inCommand = true
		case strings.HasPrefix(line, "ninja: "):
			inMessage, inCommand = false, false
		case line != "" && line[0] != ' ' && !strings.HasPrefix(line, "Call Stack"):
			inMessage = false
		}
		needless := strings.TrimSpace(line) == "" && (len(kept) == 0 || kept[len(kept)-1] == "")
		if (inMessage || inCommand) && !needless {
			kept = append(kept, strings.TrimRight(line, " "))
		}
	}
	return shorten(kept)
}

// shorten joins lines, and leaves the last ones out where they are too many for a message: a compiler's first error
// explains the others.
func shorten(lines []string) string {
	note := ""
	if excess := len(lines) - maxTail; excess > 0 {
		lines, note = lines[:maxTail], fmt.Sprintf("\n… %d more lines", excess)
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + note
}

// hint returns what to do about a failure that everybody meets once, and otherwise what is given.
func hint(output, folder, otherwise string) string {
	has := func(texts ...string) bool {
		for _, text := range texts {
			if strings.Contains(output, text) {
				return true
			}
		}
		return false
	}
	switch {
	case has("No space left on device", "Disk quota exceeded"):
		return fmt.Sprintf("make room on the disk of %s, then run the same command again: it goes on from there", folder)
	case has("Killed signal terminated program", "out of memory", "cannot allocate memory", "Cannot allocate memory",
		"virtual memory exhausted", "std::bad_alloc"):
		return "a compiler ran out of memory: set ORT_JOBS to a smaller number and run the same command again"
	}
	return otherwise
}
