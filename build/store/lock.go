package store

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Holder is the process that holds a lock.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
	What  string    `json:"what"` // what it does, for a person
}

// String returns "build 1.21.0 (process 4711 on build-host, since 14:03:05)".
func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("%s (process %d on %s, since %s)", h.What, h.PID, h.Host, h.Since.Local().Format(time.TimeOnly))
}

const (
	lockDelay = 50 * time.Millisecond
	// nameless is for how many tries a holder that has not written its name yet is not reported.
	nameless = 10
)

// Lock waits until no other process or goroutine holds the lock name, and takes it. what tells the others what is being
// done. While it waits, onWait (may be nil) is told of each holder; ctx ends the waiting. A process that dies lets go.
// release may be called more than once.
func (s *Store) Lock(ctx context.Context, name, what string, onWait func(Holder)) (release func(), err error) {
	if !isName(name) {
		return nil, fmt.Errorf("%q cannot be the name of a lock", name)
	}
	path := s.path("locks", name)
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))
	var told *Holder
	for try := 1; ; try++ {
		locked, err := lock.TryLock()
		if err != nil {
			return nil, s.explain("take the lock", path, err)
		}
		if locked {
			break
		}
		holder, err := readHolder(path)
		if onWait != nil && (err == nil || try == nameless) && (told == nil || *told != holder) {
			onWait(holder)
			told = &holder
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for %s: %w", holder, context.Cause(ctx))
		case <-time.After(lockDelay):
		}
	}
	s.writeHolder(path, what)
	return sync.OnceFunc(func() {
		_ = os.Truncate(path, 0)
		_ = lock.Unlock()
	}), nil
}

func readHolder(path string) (h Holder, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	h.Since = h.Since.UTC() // so that holders compare with ==
	return h, err
}

// writeHolder names this process in the lock file. The lock holds without it, so a full disk is no reason to stop.
func (s *Store) writeHolder(path, what string) {
	host, _ := os.Hostname()
	text, err := json.Marshal(Holder{PID: os.Getpid(), Host: host, Since: s.now(), What: what})
	if err != nil {
		return
	}
	_ = os.WriteFile(path, append(text, '\n'), 0o644)
}
