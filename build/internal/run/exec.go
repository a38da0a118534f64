package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// grace is how long a process group may take to end after SIGTERM. Mage leaves five seconds after Ctrl-C.
const grace = 3 * time.Second

// tailLines is how many lines of output an [ExitError] keeps.
const tailLines = 30

// Exec is the real runner. Each program is the leader of its own process group, so that its end is the end of all that
// it started.
type Exec struct {
	Env []string  // the whole environment of the programs, "NAME=value"
	Log io.Writer // every command line and all output; nil for none
}

// Run implements [Runner].
func (e *Exec) Run(ctx context.Context, c Cmd) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("%s was not started: %w", c.Path, err)
	}
	env := Environ(e.Env, c.Env)
	path, err := LookPath(c.Path, env)
	if err != nil {
		return err
	}
	tail := &tail{max: tailLines}
	var lock sync.Mutex // the two streams of a program may end in one writer
	stream := func(to io.Writer) io.Writer { return &lockedWriter{&lock, fanOut(to, e.Log, tail)} }
	if e.Log != nil {
		fmt.Fprintf(e.Log, "$ %s\n", c)
	}

	cmd := exec.CommandContext(ctx, path, c.Args...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.Dir, env, c.Stdin
	cmd.Stdout = stream(c.Stdout)
	if cmd.Stderr = cmd.Stdout; !same(c.Stdout, c.Stderr) { // one pipe keeps the order of what the program writes
		cmd.Stderr = stream(c.Stderr)
	}
	if c.Terminal {
		cmd.Stdout, cmd.Stderr = c.Stdout, c.Stderr
	} else {
		cmd.SysProcAttr = processGroup()
	}
	cmd.Cancel = func() error { return terminateGroup(cmd.Process, c.Terminal) }
	cmd.WaitDelay = grace
	// A program that dies with its parent must not outlive this thread by accident: see processGroup.
	unlock := lockThread()
	defer unlock()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", c.Path, err)
	}
	err = cmd.Wait()
	if ctx.Err() != nil {
		killGroup(cmd.Process, c.Terminal)
		return fmt.Errorf("%s was stopped: %w", filepath.Base(c.Path), context.Cause(ctx))
	}
	if err == nil {
		return nil
	}
	killGroup(cmd.Process, c.Terminal) // what a failed program may have left running
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return &ExitError{Cmd: c, Code: exit.ExitCode(), Tail: tail.String(), Err: err}
	}
	return fmt.Errorf("running %s: %w", c.Path, err)
}

// Environ joins lists of "NAME=value", later ones winning, sorted by name.
func Environ(lists ...[]string) []string {
	values := map[string]string{}
	for _, list := range lists {
		for _, entry := range list {
			name, value, _ := strings.Cut(entry, "=")
			values[name] = value
		}
	}
	joined := make([]string, 0, len(values))
	for name, value := range values {
		joined = append(joined, name+"="+value)
	}
	slices.Sort(joined)
	return joined
}

// ErrNotFound tells that a program is not in PATH.
var ErrNotFound = errors.New("program not found in PATH")

// LookPath finds a program in the PATH of env, which need not be this process's own.
func LookPath(name string, env []string) (string, error) {
	if strings.ContainsRune(name, filepath.Separator) {
		return name, nil
	}
	for _, entry := range env {
		list, ok := strings.CutPrefix(entry, "PATH=")
		if !ok {
			continue
		}
		for _, dir := range filepath.SplitList(list) {
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%s: %w", name, ErrNotFound)
}

// same tells whether two writers are one. Writers of a type that cannot be compared are taken for different ones.
func same(a, b io.Writer) (equal bool) {
	defer func() { _ = recover() }()
	return a == b
}

// fanOut returns a writer to all that are not nil.
func fanOut(writers ...io.Writer) io.Writer {
	return io.MultiWriter(slices.DeleteFunc(writers, func(w io.Writer) bool { return w == nil })...)
}

// lockedWriter writes for one holder of the lock at a time.
type lockedWriter struct {
	lock *sync.Mutex
	w    io.Writer
}

func (l *lockedWriter) Write(data []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.w.Write(data)
}

// tail keeps the last lines that were written to it.
type tail struct {
	max   int
	lines []string
	part  strings.Builder
}

func (t *tail) Write(data []byte) (int, error) {
	for _, b := range data {
		if b != '\n' {
			t.part.WriteByte(b)
			continue
		}
		t.lines = append(t.lines, t.part.String())
		t.part.Reset()
		if len(t.lines) > t.max {
			t.lines = t.lines[1:]
		}
	}
	return len(data), nil
}

func (t *tail) String() string {
	lines := t.lines
	if t.part.Len() > 0 {
		lines = append(slices.Clone(lines), t.part.String())
	}
	return strings.Join(lines, "\n")
}
