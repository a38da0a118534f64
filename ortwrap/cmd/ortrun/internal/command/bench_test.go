package command_test

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/command"
)

// measured is the JSON of bench.
type measured struct {
	Model, Version string
	Cores, Warmup  int
	Cases          []struct {
		Name     string
		Settings struct {
			Provider, Optimization string
			Threads, Callers       int
			Batch                  int64
		}
		Providers       []string
		Load_MS         float64
		Runs            int
		Wall_MS         float64
		Runs_Per_Second float64
		Latency_MS      struct{ Min, P50, P90, P95, P99, Max, Mean, Deviation float64 }
		Ratio           *struct{ P50, Mean, Turn, Turn_Low, Turn_High float64 }
		Histogram       []struct {
			From_MS, To_MS float64
			Count          int
		}
	}
}

func TestBenchMeasuresEveryCombination(t *testing.T) {
	t.Parallel()
	r := ortrun(t, "bench", digits, "--threads", "1,2", "--batch", "1,8", "--callers", "1,2", "--runs", "6", "--json")
	require.Equal(t, command.ExitOK, r.code, r.err)
	require.True(t, strings.HasPrefix(r.err, "measuring threads=1 batch=1 callers=1 (1 of 8)\n"), r.err)
	m := decode[measured](t, r.out)
	require.Equal(t, ortwrap.Version(), m.Version)
	require.Len(t, m.Cases, 8)
	last := m.Cases[7]
	require.Equal(t, "threads=2 batch=8 callers=2", last.Name)
	require.Equal(t, 2, last.Settings.Threads)
	require.EqualValues(t, 8, last.Settings.Batch)
	require.Equal(t, 2, last.Settings.Callers)
	for _, c := range m.Cases {
		require.Equal(t, 6, c.Runs)
		require.Nil(t, c.Ratio)
		require.Contains(t, c.Providers, "CPUExecutionProvider")
		require.Positive(t, c.Load_MS)
		require.Positive(t, c.Runs_Per_Second)
		l := c.Latency_MS
		require.IsNonDecreasing(t, []float64{0, l.Min, l.P50, l.P90, l.P95, l.P99, l.Max})
		require.LessOrEqual(t, l.Mean, l.Max)
		sum := 0
		for _, b := range c.Histogram {
			sum += b.Count
		}
		require.Equal(t, c.Runs, sum)
	}
}

// It would take long to learn that after the other cases.
func TestBenchRefusesABatchThatNoInputTakesBeforeItMeasures(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--batch", "1,8"},
		{"--compare", "batch=1", "--compare", "batch=8"},
		{"--batch", "1,8", "-i", "x=[1, 2, 3, 4, 5, 6]"},
	} {
		r := ortrun(t, append([]string{"bench", testModel("mean.onnx"), "--runs", "1"}, args...)...)
		require.Equal(t, command.ExitUsage, r.code, "%q: %s", args, r.out)
		require.NotContains(t, r.err, "measuring")
	}
	good(t, "bench", digits, "--runs", "1", "--batch", "8", "--compare", "threads=1", "--compare", "threads=2,batch=1")
}

func TestBenchPrintsATableAndAHistogram(t *testing.T) {
	t.Parallel()
	out := good(t, "bench", digits, "--duration", "20ms")
	require.Regexp(t, `(?m)^CASE +LOAD +RUNS +RUNS/S +MIN +P50 +P90 +P95 +P99 +MAX +MEAN$`, out)
	require.Regexp(t, `(?m)^model +[0-9.]+[mµ]s `, out)
	require.Regexp(t, `(?m)^[0-9.]+(µs|ms) to [0-9.]+(µs|ms) +[0-9,]+ +#{50}$`, out)
	require.NotContains(t, good(t, "bench", digits, "--runs", "2", "--threads", "1,2"), "#")
	require.Contains(t, good(t, "bench", digits, "--runs", "2", "--threads", "1,2", "--histogram"), "#")
}

func TestBenchComparesInTurn(t *testing.T) {
	t.Parallel()
	args := []string{
		"bench", digits, "--compare", "threads=1", "--compare", "threads=2,batch=4",
		"--compare", "optimization=none,provider=cpu,callers=2", "--runs", "20",
	}
	r := ortrun(t, args...)
	require.Equal(t, command.ExitOK, r.code, r.err)
	require.Equal(t, "measuring 3 cases in turn\n", r.err)
	number := `\d+\.\d{3}`
	require.Regexp(t, regexp.MustCompile(`\ntime as a ratio to threads=1 \(below 1 is faster\)\n`+
		`CASE +P50 +MEAN +TURN BY TURN \(QUARTILES\)\n`+
		`threads=2,batch=4 +`+number+` +`+number+` +`+number+` \(`+number+` to `+number+`\)\n`+
		`optimization=none,provider=cpu,callers=2 `), r.out)
	m := decode[measured](t, good(t, append(args, "--json")...))
	require.Len(t, m.Cases, 3)
	require.Equal(t, 1.0, m.Cases[0].Ratio.P50)
	require.Positive(t, m.Cases[1].Ratio.Turn)
	require.EqualValues(t, 4, m.Cases[1].Settings.Batch)
	require.Equal(t, "none", m.Cases[2].Settings.Optimization)
	require.Equal(t, 20, m.Cases[2].Runs)
}

// A run that takes hours is stopped, not waited for.
func TestAnInterruptStopsARunningBench(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	for _, args := range [][]string{
		{"bench", testModel("count.onnx"), "-i", "times=1000000000000"},
		{"run", testModel("count.onnx"), "-i", "times=1000000000000"},
		{"verify", testModel("count.onnx"), "-i", "times=1000000000000"},
		{"bench", digits, "--duration", "24h"},
		{"bench", digits, "--duration", "24h", "--compare", "callers=1", "--compare", "callers=2"},
	} {
		var out, err bytes.Buffer
		begin := time.Now()
		code := command.Run(ctx, args, command.Streams{Out: &out, Err: &err})
		require.Equal(t, command.ExitInterrupted, code, err.String())
		require.True(t, strings.HasSuffix(err.String(), "ortrun "+args[0]+": interrupted\n"), err.String())
		require.Empty(t, strings.TrimPrefix(out.String(), testModel("count.onnx")+" on ONNX Runtime "+ortwrap.Version()+"\n"))
		require.Less(t, time.Since(begin), 30*time.Second)
	}
}

func TestAnInterruptEndsABar(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var out, err bytes.Buffer
	code := command.Run(ctx, []string{"bench", digits, "--duration", "24h"},
		command.Streams{Out: &out, Err: &err, Terminal: true})
	require.Equal(t, command.ExitInterrupted, code)
	require.True(t, strings.HasSuffix(err.String(), "ortrun bench: interrupted\n"), "%q", err.String())
}

func TestAnInterruptBeforeTheBarIsNoFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // the bars may or may not see it in time
		var out, err bytes.Buffer
		code := command.Run(ctx, []string{"bench", digits, "--duration", "24h"},
			command.Streams{Out: &out, Err: &err, Terminal: true})
		require.Equal(t, command.ExitInterrupted, code)
		require.True(t, strings.HasSuffix(err.String(), "ortrun bench: interrupted\n"), "%q", err.String())
	}
}

func TestATerminalGetsABar(t *testing.T) {
	t.Parallel()
	var out, err bytes.Buffer
	code := command.Run(t.Context(), []string{"bench", digits, "--duration", "300ms"},
		command.Streams{Out: &out, Err: &err, Terminal: true})
	require.Equal(t, command.ExitOK, code, err.String())
	require.Contains(t, err.String(), "measuring model")
	require.Contains(t, err.String(), "%")
	require.NotContains(t, out.String(), "measuring")
}
