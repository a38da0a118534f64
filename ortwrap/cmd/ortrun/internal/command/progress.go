package command

import (
	"context"
	"fmt"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// steps is how finely a bar shows what is done.
const steps = 1000

// progress starts telling how far something is: with a bar on a terminal, else with one line that says what begins. The
// caller tells show which part is done, from 0 to 1, and calls end in the end.
func (a *app) progress(ctx context.Context, what string) (show func(float64), end func()) {
	if !a.terminal {
		fmt.Fprintln(a.err, what)
		return func(float64) {}, func() {}
	}
	bars := mpb.NewWithContext(ctx, mpb.WithOutput(a.err), mpb.WithWidth(40), mpb.WithAutoRefresh())
	bar, err := bars.Add(steps, mpb.BarStyle().Build(), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(what+" ")), mpb.AppendDecorators(decor.Percentage()))
	if err != nil { // it was interrupted just now, and says so itself
		return func(float64) {}, bars.Wait
	}
	show = func(done float64) { bar.SetCurrent(int64(done * steps)) }
	end = func() {
		bar.Abort(true) // no effect where it is complete
		bars.Wait()
	}
	return show, end
}
