// Package bench compares programs by their Go benchmarks. It runs the programs in turns, so that what else happens on
// the machine hits all of them, and states ratios of times: below 1 means that the first is faster.
//
//	samples, err := bench.Rounds(ctx, runner, 10, []bench.Program{static, runtime}, nil)
//	results := bench.Compare(samples, []bench.Ratio{{
//		Name: "run-static-to-runtime", Of: bench.Series{"static", "Run/*"}, To: bench.Series{"runtime", "Run/*"},
//	}})
package bench

import (
	"math"
	"slices"
	"strings"
)

// Series names benchmarks of one program. One * in Name stands for any text: Run/*/ortwrap.
type Series struct{ Program, Name string }

// Samples are the times of one operation in seconds, one for each round, by program and name of the benchmark.
type Samples map[Series][]float64

// Ratio is a comparison: the time of Of divided by that of To. Where the names have a *, each benchmark of Of is
// compared with the one of To for which the * stands for the same.
type Ratio struct {
	Name   string
	Of, To Series
}

// Result is what came out of a comparison.
type Result struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"` // geometric mean of the parts
	Parts []Part  `json:"parts"` // by name
}

// Part is the ratio of two benchmarks.
type Part struct {
	Name  string  `json:"name"` // what the * stands for; "" where there is none
	Of    float64 `json:"of"`   // seconds in the fastest round: what else a machine does only ever adds
	To    float64 `json:"to"`   // seconds in the fastest round
	Value float64 `json:"value"`
}

// Compare computes the ratios for which there are samples.
func Compare(samples Samples, ratios []Ratio) []Result {
	var results []Result
	for _, ratio := range ratios {
		r := Result{Name: ratio.Name}
		for of, times := range samples {
			star, ok := match(ratio.Of.Name, of.Name)
			if !ok || of.Program != ratio.Of.Program {
				continue
			}
			against := samples[Series{ratio.To.Program, strings.Replace(ratio.To.Name, "*", star, 1)}]
			if len(against) > 0 {
				of, to := slices.Min(times), slices.Min(against)
				r.Parts = append(r.Parts, Part{Name: star, Of: of, To: to, Value: of / to})
			}
		}
		if len(r.Parts) == 0 {
			continue
		}
		slices.SortFunc(r.Parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
		r.Value = mean(r.Parts)
		results = append(results, r)
	}
	return results
}

// match says what the * of a pattern stands for in a name.
func match(pattern, name string) (star string, ok bool) {
	before, after, found := strings.Cut(pattern, "*")
	if !found {
		return "", pattern == name
	}
	if len(name) < len(before)+len(after) || !strings.HasPrefix(name, before) || !strings.HasSuffix(name, after) {
		return "", false
	}
	return name[len(before) : len(name)-len(after)], true
}

// mean is the geometric mean of the ratios.
func mean(parts []Part) float64 {
	sum := 0.0
	for _, p := range parts {
		sum += math.Log(p.Value)
	}
	return math.Exp(sum / float64(len(parts)))
}
