package report

import (
	"slices"
	"sync"
	"time"
)

// pace estimates how long the rest of a phase takes, at the speed of its later half: what a compiler cache or an earlier
// build had already goes by at once, and says nothing of the rest. Its zero value is ready, also for several goroutines.
type pace struct {
	mu    sync.Mutex
	marks []mark        // at least a second apart; the first is the one that the speed was last taken from
	end   time.Duration // after the beginning; 0: not known
}

// mark is how far a phase was when some time had passed.
type mark struct {
	elapsed time.Duration
	done    int64
}

// add notes how far the phase is. Nothing is known before the first step is done, nor without a total.
func (p *pace) add(elapsed time.Duration, done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end = 0
	if done <= 0 || total < done {
		return
	}
	// The speed is taken from the last mark of the first half of the time, or the beginning; where no step has been done
	// since that mark, from an earlier one.
	later := slices.IndexFunc(p.marks, func(m mark) bool { return m.elapsed > elapsed/2 || m.done >= done })
	if later < 0 {
		later = len(p.marks)
	}
	var from mark
	if later > 0 {
		p.marks = slices.Delete(p.marks, 0, later-1)
		from = p.marks[0]
	}
	perStep := float64(elapsed-from.elapsed) / float64(done-from.done)
	p.end = elapsed + time.Duration(perStep*float64(total-done))
	if len(p.marks) == 0 || elapsed-p.marks[len(p.marks)-1].elapsed >= time.Second {
		p.marks = append(p.marks, mark{elapsed, done})
	}
}

// left returns the time until the end, as it was foreseen when the last step was done.
func (p *pace) left(elapsed time.Duration) (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(p.end-elapsed, 0), p.end > 0
}
