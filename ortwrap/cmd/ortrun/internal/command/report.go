package command

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/measure"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/stats"
)

// rows of a histogram, and characters of its longest bar.
const (
	histogramRows = 12
	barWidth      = 50
)

// benchReport is what bench found out. Its times are in milliseconds.
type benchReport struct {
	Model   string       `json:"model"`
	Version string       `json:"version"` // of ORT
	Cores   int          `json:"cores"`
	Warmup  int          `json:"warmup"`
	Cases   []caseResult `json:"cases"`
}

type caseResult struct {
	Name     string    `json:"name"`
	Settings benchCase `json:"settings"`
	// Providers are those that the session uses, preferred first.
	Providers []string `json:"providers"`
	Load      float64  `json:"load_ms"`
	Runs      int      `json:"runs"`
	Wall      float64  `json:"wall_ms"`
	PerSec    float64  `json:"runs_per_second"`
	Latency   latency  `json:"latency_ms"`
	// Ratio is to the first case of a comparison.
	Ratio     *measure.Ratio `json:"ratio,omitempty"`
	Histogram []bucket       `json:"histogram"`
}

type latency struct {
	Min       float64 `json:"min"`
	P50       float64 `json:"p50"`
	P90       float64 `json:"p90"`
	P95       float64 `json:"p95"`
	P99       float64 `json:"p99"`
	Max       float64 `json:"max"`
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
}

type bucket struct {
	From  float64 `json:"from_ms"`
	To    float64 `json:"to_ms"`
	Count int     `json:"count"`
}

func newBenchReport(model string, plan measure.Plan) *benchReport {
	return &benchReport{Model: model, Version: ortwrap.Version(), Cores: runtime.NumCPU(), Warmup: plan.Warmup}
}

func newCaseResult(r *benchRun, m, first measure.Result, compared bool) caseResult {
	s := stats.Summarize(m.Times)
	c := caseResult{
		Name: r.Name, Settings: r.benchCase, Providers: r.session.Providers(), Load: ms(r.load),
		Runs: s.Count, Wall: ms(m.Wall), PerSec: m.Throughput(),
		Latency: latency{ms(s.Min), ms(s.P50), ms(s.P90), ms(s.P95), ms(s.P99), ms(s.Max), ms(s.Mean), ms(s.Deviation)},
	}
	if compared {
		ratio := m.Compare(first)
		c.Ratio = &ratio
	}
	for _, b := range stats.Histogram(m.Times, histogramRows) {
		c.Histogram = append(c.Histogram, bucket{ms(b.From), ms(b.To), b.Count})
	}
	return c
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

// fromMS prints milliseconds.
func fromMS(f float64) string { return brief(time.Duration(f * 1e6)) }

func (r *benchReport) print(w io.Writer, histogram bool) {
	fmt.Fprintf(w, "%s on ONNX Runtime %s, %d cores\n\n", r.Model, r.Version, r.Cores)
	rows := [][]string{strings.Fields("CASE LOAD RUNS RUNS/S MIN P50 P90 P95 P99 MAX MEAN")}
	for _, c := range r.Cases {
		l := c.Latency
		row := []string{c.Name, fromMS(c.Load), grouped(int64(c.Runs)), rate(c.PerSec)}
		for _, t := range []float64{l.Min, l.P50, l.P90, l.P95, l.P99, l.Max, l.Mean} {
			row = append(row, fromMS(t))
		}
		rows = append(rows, row)
	}
	table(w, rows...)
	r.printRatios(w)
	for _, c := range r.Cases {
		if histogram {
			fmt.Fprintf(w, "\n%s\n", c.Name)
			printHistogram(w, c.Histogram)
		}
	}
}

// printRatios compares with the first case.
func (r *benchReport) printRatios(w io.Writer) {
	var rows [][]string
	for _, c := range r.Cases[1:] {
		if q := c.Ratio; q != nil {
			rows = append(rows, []string{
				c.Name, fmt.Sprintf("%.3f", q.P50), fmt.Sprintf("%.3f", q.Mean),
				fmt.Sprintf("%.3f (%.3f to %.3f)", q.Turn, q.Low, q.High),
			})
		}
	}
	if len(rows) > 0 {
		fmt.Fprintf(w, "\ntime as a ratio to %s (below 1 is faster)\n", r.Cases[0].Name)
		table(w, append([][]string{{"CASE", "P50", "MEAN", "TURN BY TURN (QUARTILES)"}}, rows...)...)
	}
}

func printHistogram(w io.Writer, buckets []bucket) {
	most := 0
	for _, b := range buckets {
		most = max(most, b.Count)
	}
	var rows [][]string
	for _, b := range buckets {
		length := (b.Count*barWidth + most - 1) / most // rounded up: whatever is there is seen
		rows = append(rows, []string{
			fromMS(b.From) + " to " + fromMS(b.To), grouped(int64(b.Count)),
			strings.Repeat("#", length),
		})
	}
	table(w, rows...)
}

// rate is a number a second.
func rate(f float64) string {
	if f >= 1000 {
		return grouped(int64(f))
	}
	return digits3(f)
}
