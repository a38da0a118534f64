// Package report shows a person how a build goes: phases, progress, and at the end a table.
//
// On a terminal a phase has a moving bar; elsewhere it writes a plain line now and then. What a script reads (a table, or
// JSON) is written by the caller to another stream, so nothing here ever mixes with it.
//
//	c := report.New(os.Stderr, report.Terminal(os.Stderr), logFile)
//	phase := c.Phase("compile")
//	phase.Progress(report.Steps)(120, 471)
//	phase.Done("471 steps")
package report

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// Console is where phases are shown. It is safe for several goroutines, but shows one moving bar at a time.
type Console struct {
	mu       sync.Mutex
	out      io.Writer
	log      io.Writer
	terminal bool
	now      func() time.Time
}

// New returns a console that writes to out, with moving bars if terminal, and repeats every line in log (which may be nil).
func New(out io.Writer, terminal bool, log io.Writer) *Console {
	if log == nil {
		log = io.Discard
	}
	return &Console{out: out, log: log, terminal: terminal, now: time.Now}
}

// Terminal tells whether f is one.
func Terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Line writes one line at once.
func (c *Console) Line(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	line := fmt.Sprintf(format, args...)
	fmt.Fprintln(c.out, line)
	fmt.Fprintf(c.log, "%s %s\n", c.now().Format(time.TimeOnly), line)
}

// Phase begins a phase. It must be ended by [Phase.Done] or [Phase.Failed].
func (c *Console) Phase(name string) *Phase {
	c.Line("%-10s …", name)
	now := c.now()
	return &Phase{console: c, name: name, start: now, shown: now}
}
