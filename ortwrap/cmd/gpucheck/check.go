package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// childTime is how long a process of its own may take. The first run on a GPU loads gigabytes of libraries.
const childTime = 5 * time.Minute

// cycles is how often ORT is initialised and shut down.
const cycles = 3

// check does everything. An error is what keeps it from starting; failed checks are in the report.
func check(ctx context.Context, o options) (report, error) {
	build, err := ortwrap.BuildInfo()
	if err != nil {
		return report{}, err
	}
	gpus, err := devices(o)
	if err != nil {
		return report{}, err
	}
	t, err := newTarget(o)
	if err != nil {
		return report{}, err
	}
	r := report{Variant: o.variant, DryRun: o.dry, Provider: t.name(), Build: &build, Devices: gpus}
	for _, m := range models {
		r.add(m.name, "results", t.results(ctx, m, true))
		if !o.dry {
			r.add(m.name, "results with TF32", t.results(ctx, m, false))
			r.add(m.name, "all nodes on the GPU", t.allNodes(m))
		}
	}
	r.add("", "libraries", t.libraries(o.variant))
	r.add("", fmt.Sprintf("%d environments", cycles), t.environments(ctx))
	r.add("", "exit, all given back", child(ctx, o, nil, "end", "closed"))
	r.add("", "exit, nothing given back", child(ctx, o, nil, "end", "open"))
	for _, m := range models {
		if r.skipped(m.name) {
			continue
		}
		l := latency{Model: m.name}
		r.add(m.name, "measured", child(ctx, o, &l, "measure", m.name))
		if l.Steady > 0 {
			r.Latencies = append(r.Latencies, l)
		}
	}
	if err := ortwrap.Shutdown(); err != nil {
		r.add("", "shutdown", err)
	}
	return r, nil
}

// errSkip begins the reason why a check was left out.
var errSkip = errors.New("left out")

// results compares what the target computes with what the processor does.
func (t target) results(ctx context.Context, m model, full bool) error {
	reference := m.name
	if m.reference != "" {
		reference = m.reference
		if t.dry {
			return fmt.Errorf("%w: the processor has no float16 attention", errSkip)
		}
	}
	input, err := m.input()
	if err != nil {
		return err
	}
	defer input.Destroy()
	want, err := processor.compute(ctx, reference, true, input)
	if errors.Is(err, ortwrap.ErrOperator) {
		return fmt.Errorf("%w: this build lacks the operator: %w", errSkip, err)
	}
	if err != nil {
		return fmt.Errorf("on the processor: %w", err)
	}
	defer want.Destroy()
	got, err := t.compute(ctx, m.name, full, input)
	if err != nil {
		return err
	}
	defer got.Destroy()
	return m.compare(got, want, full)
}

// allNodes opens a model of which the processor may compute nothing.
func (t target) allNodes(m model) error {
	s, err := t.open(m.name, false)
	if errors.Is(err, ortwrap.ErrOperator) {
		return fmt.Errorf("%w: this build lacks the operator: %w", errSkip, err)
	}
	if err != nil {
		return err
	}
	return s.Close()
}

// environments computes in one environment of ORT after another.
func (t target) environments(ctx context.Context) error {
	for i := range cycles {
		if err := ortwrap.Shutdown(); err != nil {
			return fmt.Errorf("environment %d: %w", i, err)
		}
		for _, name := range []string{"conv", "matmul", "attention"} {
			m, _ := find(name)
			if err := t.results(ctx, m, true); err != nil {
				return fmt.Errorf("environment %d: %s: %w", i+1, name, err)
			}
		}
	}
	return ortwrap.Shutdown()
}
