package bench_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bench"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

func TestRatiosPairTheSameStar(t *testing.T) {
	t.Parallel()
	samples := bench.Samples{
		{"a", "Run/small/ours"}:   {2, 2, 50}, // a slow round
		{"a", "Run/small/theirs"}: {1, 1, 1},
		{"a", "Run/large/ours"}:   {1, 1, 1},
		{"a", "Run/large/theirs"}: {2, 2, 2},
		{"a", "Run/alone/ours"}:   {1, 1, 1},
		{"b", "Run/small/ours"}:   {7, 7, 7},
		{"b", "Start"}:            {3},
		{"a", "Start"}:            {6, 6},
	}
	results := bench.Compare(samples, []bench.Ratio{
		{"run", bench.Series{"a", "Run/*/ours"}, bench.Series{"a", "Run/*/theirs"}},
		{"start", bench.Series{"a", "Start"}, bench.Series{"b", "Start"}},
		{"absent", bench.Series{"c", "*"}, bench.Series{"a", "*"}},
	})
	require.Equal(t, []bench.Result{
		{"run", 1, []bench.Part{{"large", 1, 2, 0.5}, {"small", 2, 1, 2}}},
		{"start", 2, []bench.Part{{"", 6, 3, 2}}},
	}, results)
}

func TestRoundsTurnTheOrderAndReadBothKindsOfPrograms(t *testing.T) {
	t.Parallel()
	var order []string
	runner := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		order = append(order, cmd.Path)
		if cmd.Path == "gobench" {
			fmt.Fprint(cmd.Stdout, "goos: linux\nBenchmarkRun/a-b/ours-8 \t 10 \t 2000 ns/op\t 0 B/op\nBenchmarkOpen 1 3 ns/op\nPASS\n")
		}
		return nil
	}}
	var told []int64
	samples, err := bench.Rounds(t.Context(), runner, 2, []bench.Program{
		{Name: "static", Cmd: run.Cmd{Path: "gobench"}},
		{Name: "sample", Cmd: run.Cmd{Path: "sample"}, Whole: "Start"},
	}, func(done, _ int64) { told = append(told, done) })
	require.NoError(t, err)
	require.Equal(t, []string{"gobench", "sample", "sample", "gobench"}, order)
	require.Equal(t, []int64{1, 2}, told)
	require.InDeltaSlice(t, []float64{2e-6, 2e-6}, samples[bench.Series{"static", "Run/a-b/ours"}], 1e-12)
	require.InDeltaSlice(t, []float64{3e-9, 3e-9}, samples[bench.Series{"static", "Open"}], 1e-15)
	require.Len(t, samples[bench.Series{"sample", "Start"}], 2)
}

func TestAProgramThatFailsOrPrintsNothingIsNamed(t *testing.T) {
	t.Parallel()
	broken := errors.New("exit status 2")
	for _, c := range []struct {
		answer error
		text   string
	}{{broken, "measuring static: exit status 2"}, {nil, "measuring static: it printed no results"}} {
		runner := &run.Recorder{Answer: func(context.Context, run.Cmd) error { return c.answer }}
		_, err := bench.Rounds(t.Context(), runner, 1, []bench.Program{{Name: "static", Cmd: run.Cmd{Path: "x"}}}, nil)
		require.EqualError(t, err, c.text)
	}
}
