package report

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// quiet is how long a phase may stay silent where there is no terminal.
const quiet = 10 * time.Second

// Unit is what a phase counts.
type Unit int

// Units of progress.
const (
	Steps Unit = iota // compile steps, objects, test cases
	Bytes
)

// Phase is one part of the work, from its beginning to its end.
type Phase struct {
	console *Console
	name    string
	start   time.Time
	shown   time.Time // last plain line
	pace    pace
	bars    *mpb.Progress
	bar     *mpb.Bar
}

// Progress returns a function that tells how far the phase is. A negative total is not known yet. The function may be
// called as often as the caller likes.
func (p *Phase) Progress(unit Unit) func(done, total int64) {
	return func(done, total int64) {
		now := p.console.now()
		p.pace.add(now.Sub(p.start), done, total)
		if p.console.terminal {
			p.moveBar(unit, done, total)
			return
		}
		if now.Sub(p.shown) < quiet {
			return
		}
		p.shown = now
		p.console.Line("%-10s %s", p.name, p.state(unit, done, total))
	}
}

// state is the plain form of a bar: "120/471, 4m12s left".
func (p *Phase) state(unit Unit, done, total int64) string {
	amount := func(n int64) string {
		if unit == Bytes {
			return humanize.Bytes(uint64(max(n, 0)))
		}
		return humanize.Comma(n)
	}
	if total <= 0 {
		return amount(done)
	}
	text := amount(done) + "/" + amount(total)
	if left := p.left(); left != "" {
		text += ", " + left
	}
	return text
}

// left is "4m12s left", or empty where it is not known.
func (p *Phase) left() string {
	left, ok := p.pace.left(p.console.now().Sub(p.start))
	if !ok {
		return ""
	}
	return left.Round(time.Second).String() + " left"
}

func (p *Phase) moveBar(unit Unit, done, total int64) {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	if p.bar == nil {
		counters := decor.CountersNoUnit("%d/%d")
		if unit == Bytes {
			counters = decor.CountersKibiByte("% .1f/% .1f")
		}
		p.bars = mpb.New(mpb.WithOutput(p.console.out), mpb.WithWidth(40), mpb.WithRefreshRate(200*time.Millisecond))
		p.bar = p.bars.AddBar(0, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-10s ", p.name)), counters),
			mpb.AppendDecorators(decor.Percentage(), decor.Name("  "), decor.Any(func(decor.Statistics) string { return p.left() })))
	}
	if total > 0 {
		p.bar.SetTotal(total, false)
	}
	p.bar.SetCurrent(done)
}

func (p *Phase) stopBar() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
		p.bar = nil
	}
}

// Done ends the phase with a line that says what came of it.
func (p *Phase) Done(format string, args ...any) {
	p.stopBar()
	p.console.Line("%-10s %s (%s)", p.name, fmt.Sprintf(format, args...), Duration(p.console.now().Sub(p.start)))
}

// Failed ends the phase without a result. The error itself is shown once, by whoever started the build.
func (p *Phase) Failed() {
	p.stopBar()
	p.console.Line("%-10s failed (%s)", p.name, Duration(p.console.now().Sub(p.start)))
}

// Duration rounds to what a person wants to know: 31ms, 4.2s, 12m51s.
func Duration(d time.Duration) time.Duration {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond)
	case d < time.Minute:
		return d.Round(100 * time.Millisecond)
	default:
		return d.Round(time.Second)
	}
}
