// Package verify checks what a model gives: against expected outputs, and against itself.
//
//	report, err := verify.Run(ctx, session, inputs, expected, verify.Options{Repeat: 10})
package verify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// Options say what is checked.
type Options struct {
	Tolerance     ortwrap.Tolerance
	Repeat        int      // runs in all
	Probabilities []string // outputs whose rows should be probabilities
	SumTolerance  float64  // how far these may be off
	Worst         int      // how many of the worst elements to report of each output
	Progress      func(done float64)
}

// Report is what was found out.
type Report struct {
	Checks []Check
	Worst  []Element // elements beyond the tolerance, the worst of each output first
	Notes  []string  // what is odd but no failure
}

// Check is one thing that was checked of one output.
type Check struct {
	What   string // "expected", "repeatable", "stable", "finite", "probabilities"
	Output string
	Err    error  // what is wrong
	Detail string // how good it is, where nothing is wrong
}

// Failed counts the checks that failed.
func (r Report) Failed() int {
	n := 0
	for _, c := range r.Checks {
		if c.Err != nil {
			n++
		}
	}
	return n
}

// Run runs the model on the same inputs again and again and checks its outputs. Without expected outputs (nil), the
// outputs of the first run are only checked by themselves. The error is for what could not be checked.
func Run(ctx context.Context, s *ortwrap.Session, inputs, expected map[string]ortwrap.Value, o Options) (
	Report, error,
) {
	var r Report
	first, err := s.RunNamed(ctx, inputs)
	if err != nil {
		return r, err
	}
	defer destroy(first)
	for name := range expected {
		if _, ok := first[name]; !ok {
			return r, fmt.Errorf("%w: there is no output %q: the model gives %q", ortwrap.ErrOption, name,
				slices.Sorted(maps.Keys(first)))
		}
	}
	agreed := map[string]bool{}
	for _, info := range s.Outputs() {
		want, ok := expected[info.Name]
		if !ok {
			continue
		}
		if err := r.compare(info.Name, first[info.Name], want, o); err != nil {
			return r, err
		}
		agreed[info.Name] = r.Checks[len(r.Checks)-1].Err == nil
	}
	if err := r.repeat(ctx, s, inputs, first, o); err != nil {
		return r, err
	}
	r.validate(first, agreed)
	for _, name := range o.Probabilities {
		v, ok := first[name]
		if !ok {
			return r, fmt.Errorf("%w: there is no output %q: the model gives %q", ortwrap.ErrOption, name,
				slices.Sorted(maps.Keys(first)))
		}
		err := ortwrap.CheckProbabilities(v, o.SumTolerance)
		r.add("probabilities", name, err, "every row sums to 1")
	}
	return r, nil
}

func (r *Report) add(what, output string, err error, detail string) {
	r.Checks = append(r.Checks, Check{What: what, Output: output, Err: err, Detail: detail})
}

// compare checks an output against the expected one.
func (r *Report) compare(name string, got, want ortwrap.Value, o Options) error {
	d, err := ortwrap.Compare(got, want, o.Tolerance)
	if err != nil && !errors.Is(err, ortwrap.ErrDifferent) {
		return fmt.Errorf("output %q: %w", name, err)
	}
	r.add("expected", name, err, d.String())
	if err != nil {
		r.Worst = append(r.Worst, worst(name, got, want, o.Tolerance, o.Worst)...)
	}
	return nil
}

// repeat runs the model again, and checks that all runs give the same bits and stay within the tolerance of the first.
func (r *Report) repeat(ctx context.Context, s *ortwrap.Session, inputs, first map[string]ortwrap.Value,
	o Options,
) error {
	tallies := map[string]*tally{}
	for name := range first {
		tallies[name] = new(tally)
	}
	for i := 1; i < o.Repeat; i++ {
		outputs, err := s.RunNamed(ctx, inputs)
		if err != nil {
			return err
		}
		for name, v := range outputs {
			if err == nil {
				err = tallies[name].look(v, first[name], o.Tolerance)
			}
		}
		destroy(outputs)
		if err != nil {
			return err
		}
		if o.Progress != nil {
			o.Progress(float64(i+1) / float64(o.Repeat))
		}
	}
	if o.Repeat < 2 {
		return nil
	}
	for _, info := range s.Outputs() {
		t := tallies[info.Name]
		r.add("repeatable", info.Name, t.repeatable(o.Repeat), fmt.Sprintf("%d runs gave the same bits", o.Repeat))
		r.add("stable", info.Name, t.stable(o.Repeat), fmt.Sprintf("%d runs stayed within the tolerance", o.Repeat))
	}
	return nil
}

// validate checks for NaN and infinities. Those that were expected are in order.
func (r *Report) validate(outputs map[string]ortwrap.Value, agreed map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		r.finite(name, outputs[name], agreed[name])
	}
}

// finite checks the tensors of one output. Those in sequences and maps have names of their own, such as "y[0]", but they
// agree with what was expected as a whole.
func (r *Report) finite(name string, output ortwrap.Value, agreed bool) {
	for _, s := range ortwrap.Validate(map[string]ortwrap.Value{name: output}).Outputs {
		var wrong error
		for _, p := range s.Problems {
			if p.Kind == ortwrap.ProblemNonFinite && !agreed {
				wrong = fmt.Errorf("%w: %s", ortwrap.ErrValidation, p.Text)
				continue
			}
			r.Notes = append(r.Notes, p.String())
		}
		r.add("finite", s.Name, wrong, fmt.Sprintf("%d elements, mean %.3g, deviation %.3g", s.Count, s.Mean, s.Deviation))
	}
}

func destroy(m map[string]ortwrap.Value) {
	for _, v := range m {
		if v != nil {
			v.Destroy()
		}
	}
}
