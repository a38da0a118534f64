package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// child runs a command of gpucheck in a process of its own, and reads the JSON that it prints into result.
func child(ctx context.Context, o options, result any, command, argument string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, childTime)
	defer cancel()
	c := exec.CommandContext(limited, self, command, "-dry-run="+strconv.FormatBool(o.dry),
		"-device="+strconv.Itoa(o.device), "-runs="+strconv.Itoa(o.runs), argument)
	return answer(limited, c, result)
}

// answer starts a program and reads the JSON that it prints into result, where that is not nil.
func answer(ctx context.Context, c *exec.Cmd, result any) error {
	var text strings.Builder
	c.Stderr = &text
	c.WaitDelay = time.Second
	out, err := c.Output()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("it has not ended after %s", childTime)
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("%w: %s", err, lastLine(text.String()))
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(out, result); err != nil {
		return fmt.Errorf("reading %q: %w", out, err)
	}
	return nil
}

// lastLine is where programs say what went wrong.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// end computes, and leaves everything open or nothing. Its error is errEnd where that went well.
func end(ctx context.Context, o options, how string) error {
	if how != "open" && how != "closed" {
		return fmt.Errorf("end %q: expected open or closed", how)
	}
	t, err := newTarget(o)
	if err != nil {
		return err
	}
	for _, name := range []string{"conv", "attention"} {
		m, _ := find(name)
		input, err := m.input()
		if err != nil {
			return err
		}
		s, err := t.open(name, true)
		if err != nil {
			return err
		}
		outputs, err := s.Run(ctx, input)
		if err != nil {
			return err
		}
		if how == "open" {
			continue
		}
		if err := errors.Join(outputs[0].Destroy(), s.Close(), input.Destroy()); err != nil {
			return err
		}
	}
	if how == "closed" {
		if err := ortwrap.Shutdown(); err != nil {
			return err
		}
	}
	return errEnd
}

// measureHere measures a model and prints a latency as JSON.
func measureHere(ctx context.Context, o options, name string, stdout io.Writer) error {
	m, ok := find(name)
	if !ok {
		return fmt.Errorf("unknown model %q", name)
	}
	t, err := newTarget(o)
	if err != nil {
		return err
	}
	l, err := t.measure(ctx, m, o.runs)
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(l)
}

// measure times the opening of a model, its first run and the later ones, with what the GPU does by itself (TF32).
func (t target) measure(ctx context.Context, m model, runs int) (latency, error) {
	l := latency{Model: m.name}
	input, err := m.input()
	if err != nil {
		return l, err
	}
	defer input.Destroy()
	start := time.Now()
	s, err := t.open(m.name, false)
	if err != nil {
		return l, err
	}
	defer s.Close()
	l.Open = time.Since(start)
	var times []time.Duration
	for i := range 1 + runs/10 + runs { // the first one, some to warm up, those that count
		start := time.Now()
		outputs, err := s.Run(ctx, input)
		took := time.Since(start)
		if err != nil {
			return l, err
		}
		if err := outputs[0].Destroy(); err != nil {
			return l, err
		}
		switch {
		case i == 0:
			l.First = took
		case i > runs/10:
			times = append(times, took)
		}
	}
	slices.Sort(times)
	l.Steady, l.Slow = times[len(times)/2], times[len(times)*9/10]
	return l, nil
}
