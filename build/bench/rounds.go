package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/tools/benchmark/parse"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Program is something to measure.
type Program struct {
	Name string
	Cmd  run.Cmd
	// Whole is the name under which the time of the whole process counts, from its start to its end. Where it is empty
	// the program prints times itself, in the form of Go's benchmarks.
	Whole string
}

// Rounds runs every program once in each round, in turns, and collects the times. After a round it calls done, which may be nil.
func Rounds(ctx context.Context, runner run.Runner, rounds int, programs []Program, done func(done, total int64)) (Samples, error) {
	samples := Samples{}
	for round := range rounds {
		for i := range programs {
			// The other way round every other time: what comes first finds the machine cooler.
			p := programs[i]
			if round%2 == 1 {
				p = programs[len(programs)-1-i]
			}
			if err := samples.measure(ctx, runner, p); err != nil {
				return nil, fmt.Errorf("measuring %s: %w", p.Name, err)
			}
		}
		if done != nil {
			done(int64(round+1), int64(rounds))
		}
	}
	return samples, nil
}

func (s Samples) measure(ctx context.Context, runner run.Runner, p Program) error {
	var out bytes.Buffer
	p.Cmd.Stdout = &out
	started := time.Now()
	if err := runner.Run(ctx, p.Cmd); err != nil {
		return err
	}
	if p.Whole != "" {
		s.add(p.Name, p.Whole, time.Since(started).Seconds())
		return nil
	}
	return s.read(p.Name, &out)
}

func (s Samples) add(program, name string, seconds float64) {
	key := Series{program, name}
	s[key] = append(s[key], seconds)
}

// read adds what a program printed.
func (s Samples) read(program string, out io.Reader) error {
	results, err := parse.ParseSet(out)
	if err != nil {
		return fmt.Errorf("reading its results: %w", err)
	}
	if len(results) == 0 {
		return errors.New("it printed no results")
	}
	for name, list := range results {
		for _, b := range list {
			s.add(program, shorten(name), b.NsPerOp/1e9)
		}
	}
	return nil
}

// shorten takes away the word Benchmark in front and the number of processors at the end.
func shorten(name string) string {
	name = strings.TrimPrefix(name, "Benchmark")
	if i := strings.LastIndexByte(name, '-'); i >= 0 && strings.Trim(name[i+1:], "0123456789") == "" {
		name = name[:i]
	}
	return name
}
