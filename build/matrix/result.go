package matrix

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
)

// State is what came of a row or step.
type State string

// The states.
const (
	Passed State = "passed"
	Failed State = "failed"
	NotRun State = "not run" // its image could not be had, or it was broken off before it began
)

// Result is what came of a row.
type Result struct {
	Row     string       `json:"row"`
	System  string       `json:"system"`
	Target  string       `json:"target,omitempty"`
	State   State        `json:"state"`
	Step    string       `json:"step,omitempty"`   // that failed
	Reason  string       `json:"reason,omitempty"` // why it failed or was not run
	Log     string       `json:"log,omitempty"`    // of the step that failed
	Seconds float64      `json:"seconds"`
	Steps   []StepResult `json:"steps"` // those that were run
}

// StepResult is what came of a step.
type StepResult struct {
	Name    string  `json:"name"`
	State   State   `json:"state"`
	Seconds float64 `json:"seconds"`
	Log     string  `json:"log"`
}

// Table is the results for a person.
func Table(results []Result) [][]string {
	rows := [][]string{{"ROW", "SYSTEM", "RESULT", "TIME", "STEPS"}}
	for _, r := range results {
		rows = append(rows, []string{r.Row, r.System, string(r.State), seconds(r.Seconds), r.told()})
	}
	return rows
}

// told is the last cell: the steps with their times, and what went wrong.
func (r Result) told() string {
	var words []string
	for _, s := range r.Steps {
		word := s.Name + " " + seconds(s.Seconds)
		if s.State != Passed {
			word = s.Name + " " + string(s.State) + ": " + s.Log
		}
		words = append(words, word)
	}
	if r.State == NotRun || len(words) == 0 {
		words = append(words, r.Reason)
	}
	return strings.Join(words, ", ")
}

func seconds(s float64) string {
	return report.Duration(time.Duration(s * float64(time.Second))).String()
}

// Verdict returns the error of the whole: nil if no row failed. With all, a row that was not run is a failure too.
func Verdict(results []Result, all bool) error {
	var bad, names, tails []string
	for _, r := range results {
		switch {
		case r.State == Failed:
			bad = append(bad, r.Row+" in "+r.Step)
			tails = append(tails, fmt.Sprintf("%s: %s: %s", r.Row, r.Step, cmp.Or(r.Log, r.Reason)))
		case r.State == NotRun && all:
			bad, tails = append(bad, r.Row+" not run"), append(tails, fmt.Sprintf("%s: %s", r.Row, r.Reason))
		default:
			continue
		}
		names = append(names, r.Row)
	}
	if len(bad) == 0 {
		return nil
	}
	return &fault.Error{
		Op: "run the matrix", On: strings.Join(bad, ", "), Err: fmt.Errorf("%d of %d rows failed", len(bad), len(results)),
		Tail: strings.Join(tails, "\n"),
		Hint: "read these logs; again: ROWS=" + strings.Join(names, ",") + " go tool mage ci:matrix",
	}
}
