package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// report is what came of one program.
type report struct {
	Variant   string           `json:"variant"`
	DryRun    bool             `json:"dryRun"`
	Provider  string           `json:"provider"`
	Build     *ortwrap.Build   `json:"build,omitempty"`
	Devices   []ortwrap.Device `json:"devices,omitempty"`
	Checks    []result         `json:"checks"`
	Latencies []latency        `json:"latencies"`
}

// result is one check: "passed", "failed" or "skipped".
type result struct {
	Model   string `json:"model,omitempty"`
	Name    string `json:"name"`
	Verdict string `json:"verdict"`
	Text    string `json:"text,omitempty"`
}

// latency has times in nanoseconds.
type latency struct {
	Model  string        `json:"model"`
	Open   time.Duration `json:"open"`
	First  time.Duration `json:"first"`
	Steady time.Duration `json:"steady"` // half of the later runs are faster
	Slow   time.Duration `json:"slow"`   // nine of ten of the later runs are faster
}

func (r *report) add(model, name string, err error) {
	c := result{Model: model, Name: name, Verdict: "passed"}
	switch {
	case errors.Is(err, errSkip):
		c.Verdict, c.Text = "skipped", strings.TrimPrefix(err.Error(), errSkip.Error()+": ")
	case err != nil:
		c.Verdict, c.Text = "failed", err.Error()
	}
	r.Checks = append(r.Checks, c)
}

// skipped says whether a check of a model was left out.
func (r *report) skipped(model string) bool {
	return slices.ContainsFunc(r.Checks, func(c result) bool { return c.Model == model && c.Verdict == "skipped" })
}

func readReports(paths []string) ([]report, error) {
	if len(paths) == 0 {
		return nil, errors.New("report: expected files that check and peer have written")
	}
	list := make([]report, len(paths))
	for i, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &list[i]); err != nil {
			return nil, fmt.Errorf("reading %q: %w", path, err)
		}
	}
	return list, nil
}

// show prints reports. The error is errFailed where a check has failed.
func show(list []report, o options, w io.Writer) error {
	var failed error
	for _, r := range list {
		if slices.ContainsFunc(r.Checks, func(c result) bool { return c.Verdict == "failed" }) {
			failed = errFailed
		}
	}
	if o.json {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return errors.Join(e.Encode(list), failed)
	}
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, r := range list {
		for _, d := range r.Devices {
			fmt.Fprintf(t, "%s\tGPU %d: %s, compute capability %s, driver for CUDA %s\n",
				r.Variant, d.Index, d.Name, d.Capability, d.DriverCUDA)
		}
		if r.Build != nil {
			fmt.Fprintf(t, "%s\tONNX Runtime %s, %s, CUDA %q, code for %q\n",
				r.Variant, r.Build.Version, r.Provider, r.Build.CUDAVersion, strings.Join(r.Build.CUDAArchitectures, " "))
		}
		if r.DryRun {
			fmt.Fprintf(t, "%s\tdry run: no GPU\n", r.Variant)
		}
	}
	fmt.Fprintln(t, "\nVARIANT\tMODEL\tCHECK\tVERDICT\tWHY")
	for _, r := range list {
		for _, c := range r.Checks {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.Variant, orDash(c.Model), c.Name, c.Verdict,
				strings.Join(strings.Fields(c.Text), " ")) // one line
		}
	}
	fmt.Fprintln(t, "\nVARIANT\tMODEL\tOPEN\tFIRST RUN\tSTEADY\t9 OF 10")
	for _, m := range models {
		for _, r := range list {
			for _, l := range r.Latencies {
				if l.Model == m.name {
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Variant, l.Model, brief(l.Open), brief(l.First),
						brief(l.Steady), brief(l.Slow))
				}
			}
		}
	}
	t.Flush() // a strings.Builder takes everything
	for line := range strings.Lines(text.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil { // empty cells at the end
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	return failed
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// brief rounds to what matters.
func brief(d time.Duration) time.Duration {
	if d > 100*time.Millisecond {
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Nanosecond)
}
