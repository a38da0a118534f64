package cmake

import (
	"bytes"
	"strconv"
	"strings"
)

// statusFormat is the NINJA_STATUS of our runs: "[ninja 12/385] Building …". Ninja's own "[12/385] " could also come
// from a compiler or a generator.
const statusFormat = statusPrefix + "%f/%t" + statusEnd

const (
	statusPrefix = "[ninja "
	statusEnd    = "] "
	failed       = "FAILED: " // how Ninja starts its report on a command
)

// ParseStatus reads the front of a line that Ninja wrote: the steps that are done and those of the whole run.
func ParseStatus(line string) (done, total int, ok bool) {
	rest, ok := strings.CutPrefix(line, statusPrefix)
	if !ok {
		return 0, 0, false
	}
	numbers, _, ok := strings.Cut(rest, statusEnd)
	if !ok {
		return 0, 0, false
	}
	left, right, ok := strings.Cut(numbers, "/")
	if !ok {
		return 0, 0, false
	}
	done, okDone := parseCount(left)
	total, okTotal := parseCount(right)
	if !okDone || !okTotal || done > total {
		return 0, 0, false
	}
	return done, total, true
}

func parseCount(digits string) (int, bool) {
	n, err := strconv.ParseUint(digits, 10, 31)
	return int(n), err == nil && strings.Trim(digits, "0123456789") == ""
}

// monitor reads Ninja's output: it tells the progress, and keeps the report on the first command that failed.
type monitor struct {
	progress Progress

	part      []byte   // line that is not complete yet
	target    string   // first output of the failed command
	failure   []string // what the failed command wrote
	reporting bool     // within the report on the failed command
	skip      bool     // the next line is the command itself: kilobytes, and the log has it
}

func (m *monitor) Write(data []byte) (int, error) {
	m.part = append(m.part, data...)
	for {
		end := bytes.IndexByte(m.part, '\n')
		if end < 0 {
			return len(data), nil
		}
		m.line(strings.TrimSuffix(string(m.part[:end]), "\r"))
		m.part = m.part[end+1:]
	}
}

// flush takes what came without a line's end.
func (m *monitor) flush() {
	if len(m.part) > 0 {
		m.line(string(m.part))
		m.part = nil
	}
}

func (m *monitor) line(line string) {
	if done, total, ok := ParseStatus(line); ok {
		m.reporting = false
		if m.progress != nil {
			m.progress(int64(done), int64(total))
		}
		return
	}
	switch {
	case strings.HasPrefix(line, "ninja: "):
		m.reporting = false
	case strings.HasPrefix(line, failed) && m.target == "":
		m.target, m.reporting, m.skip = failedTarget(line), true, true
	case strings.HasPrefix(line, failed):
		m.reporting = false // another job failed as well
	case m.reporting && m.skip:
		m.skip = false
	case m.reporting:
		m.failure = append(m.failure, line)
	}
}

// failedTarget returns the first output of a failed command from "FAILED: [code=1] out.o out.d ". The part in brackets
// came with Ninja 1.13.
func failedTarget(line string) string {
	rest := strings.TrimPrefix(line, failed)
	if strings.HasPrefix(rest, "[code=") {
		_, rest, _ = strings.Cut(rest, "] ")
	}
	first, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	return first
}
