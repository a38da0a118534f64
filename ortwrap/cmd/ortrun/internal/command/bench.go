package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/measure"
)

// benchFlags are the flags of bench.
type benchFlags struct {
	settings
	inputFlags
	threads, callers []int
	batch            []int64
	compare          []string
	plan             measure.Plan
	histogram        bool
	json             bool
}

func (a *app) bench() *cobra.Command {
	var f benchFlags
	c := oneModel(&cobra.Command{
		Use:   "bench MODEL",
		Short: "Measure how fast a model runs",
		Long: `Measure how long a model takes to load and to run, and how many runs it makes in a second.

Each case is warmed up and then measured for --duration, or for --runs. Lists of --threads, --batch and --callers
give a case for each combination, one after the other. With --compare, two or more cases take turns (A B A B …), so
that whatever disturbs the machine disturbs all of them alike, and their ratios to the first are printed; sessions
are told not to keep their threads spinning between runs then.

A latency is the time of one run of the session, its outputs included. Percentiles are by nearest rank: p99 is the
shortest measured time that at least 99 % of the runs did not exceed. Inputs are random, the same for the same
--seed, unless they are given.`,
		Example: `  ortrun bench model.onnx
  ortrun bench model.onnx --threads 1,2,4 --batch 1,8
  ortrun bench model.onnx --compare threads=1 --compare threads=2
  ortrun bench model.onnx --compare optimization=none --compare optimization=all --runs 1000 --json`,
		RunE: func(c *cobra.Command, args []string) error {
			groups, err := f.cases(c)
			if err != nil {
				return err
			}
			return a.measure(c.Context(), args[0], groups, &f)
		},
	})
	f.settings.flags(c, false)
	f.inputFlags.flags(c, false)
	flags := c.Flags()
	flags.IntSliceVar(&f.threads, "threads", []int{0}, "threads that work on one operator, 0 is one a core; a `list`")
	flags.Int64SliceVar(&f.batch, "batch", []int64{1},
		"first dimension of random inputs where the model leaves it open; a `list`")
	flags.IntSliceVar(&f.callers, "callers", []int{1}, "how many run one session at the same time; a `list`")
	flags.StringArrayVar(&f.compare, "compare", nil, "a `case` to compare, twice or more: key=value,… with the keys "+
		"provider, threads, optimization, batch, callers")
	flags.DurationVar(&f.plan.Duration, "duration", 3*time.Second, "how long to measure each case")
	flags.IntVar(&f.plan.Runs, "runs", 0, "how many runs to measure of each case, instead of --duration")
	flags.IntVar(&f.plan.Warmup, "warmup", 10, "runs before, which do not count, by each caller")
	flags.BoolVar(&f.histogram, "histogram", false, "print a histogram of every case, not only of a single one")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	return c
}

// cases are groups of cases that take turns.
func (f *benchFlags) cases(c *cobra.Command) ([][]benchCase, error) {
	flags := c.Flags()
	if flags.Changed("duration") && flags.Changed("runs") {
		return nil, usagef("--duration and --runs can't be used together")
	}
	if f.plan.Runs < 0 || f.plan.Warmup < 0 || f.plan.Duration <= 0 || flags.Changed("runs") && f.plan.Runs == 0 {
		return nil, usagef("--runs and --duration must be more than 0, --warmup not less")
	}
	var all []benchCase
	for _, threads := range f.threads {
		for _, batch := range f.batch {
			for _, callers := range f.callers {
				one := benchCase{settings: f.settings, Batch: batch, Callers: callers}
				one.Threads = threads
				one.Name = f.name(one)
				if err := one.check(); err != nil {
					return nil, err
				}
				all = append(all, one)
			}
		}
	}
	if len(f.compare) > 0 {
		return f.compared(all)
	}
	groups := make([][]benchCase, len(all))
	for i, one := range all {
		groups[i] = []benchCase{one}
	}
	return groups, nil
}

// name says in what a case differs from others.
func (f *benchFlags) name(c benchCase) string {
	var parts []string
	if len(f.threads) > 1 {
		parts = append(parts, fmt.Sprintf("threads=%d", c.Threads))
	}
	if len(f.batch) > 1 {
		parts = append(parts, fmt.Sprintf("batch=%d", c.Batch))
	}
	if len(f.callers) > 1 {
		parts = append(parts, fmt.Sprintf("callers=%d", c.Callers))
	}
	if len(parts) == 0 {
		return "model"
	}
	return strings.Join(parts, " ")
}

// compared is the one group of cases that --compare asks for.
func (f *benchFlags) compared(all []benchCase) ([][]benchCase, error) {
	switch {
	case len(f.compare) == 1:
		return nil, usagef("--compare %q: expected two or more cases", f.compare[0])
	case len(all) != 1:
		return nil, usagef("--compare can't be used with lists of --threads, --batch or --callers: put them in its cases")
	}
	var group []benchCase
	for _, text := range f.compare {
		one, err := all[0].with(text)
		if err != nil {
			return nil, err
		}
		group = append(group, one)
	}
	return [][]benchCase{group}, nil
}

// measure measures the groups one after the other.
func (a *app) measure(ctx context.Context, model string, groups [][]benchCase, f *benchFlags) error {
	if err := ortwrap.Initialize(); err != nil { // so that it is no part of the first load time
		return err
	}
	f.size = largestBatch(groups) // so that one that no input takes is refused before anything is measured
	report := newBenchReport(model, f.plan)
	for i, group := range groups {
		what := fmt.Sprintf("measuring %s", group[0].Name)
		if len(group) > 1 {
			what = fmt.Sprintf("measuring %d cases in turn", len(group))
		} else if len(groups) > 1 {
			what = fmt.Sprintf("%s (%d of %d)", what, i+1, len(groups))
		}
		results, err := a.measureGroup(ctx, model, what, group, f)
		if err != nil {
			return err
		}
		report.Cases = append(report.Cases, results...)
	}
	if f.json {
		return printJSON(a.out, report)
	}
	report.print(a.out, f.histogram || len(report.Cases) == 1)
	return nil
}

func largestBatch(groups [][]benchCase) int64 {
	largest := int64(1)
	for _, one := range slices.Concat(groups...) {
		largest = max(largest, one.Batch)
	}
	return largest
}

func (a *app) measureGroup(ctx context.Context, model, what string, group []benchCase, f *benchFlags) (
	results []caseResult, err error,
) {
	var runs []*benchRun
	defer func() {
		for _, r := range runs {
			r.close()
		}
	}()
	var subjects []measure.Subject
	for _, one := range group {
		r, err := one.start(model, &f.inputFlags, len(group) > 1)
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
		subjects = append(subjects, r.subject())
	}
	show, end := a.progress(ctx, what)
	defer end()
	measured, err := measure.Measure(ctx, subjects, f.plan, show)
	if err != nil {
		return nil, err
	}
	for i, m := range measured {
		results = append(results, newCaseResult(runs[i], m, measured[0], len(group) > 1))
	}
	return results, nil
}
