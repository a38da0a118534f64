package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
)

// printer writes for people.
type printer struct {
	w        io.Writer
	verbose  bool
	unlisted bool // what fails in a release of which nothing is known does not count
	known    conformance.Expectations
	provider conformance.Provider
}

func (p printer) start(cases int) {
	on := ""
	if name := p.provider.String(); name != conformance.CPU {
		on = ", provider " + name
	}
	fmt.Fprintf(p.w, "running %d cases on ONNX Runtime %s%s\n", cases, ortwrap.Version(), on)
	switch {
	case p.known.Known:
	case p.unlisted:
		fmt.Fprintln(p.w, "nothing is known about this release: failures are shown, and do not count")
	default:
		fmt.Fprintln(p.w, "nothing is known about this release: every failure counts")
	}
}

// result prints a case where it is of interest: all with -v, else failures that are not known.
func (p printer) result(r conformance.Result) {
	known, ok := p.known.Fails[r.Case]
	switch {
	case r.Status == conformance.Failed && !ok:
		fmt.Fprintf(p.w, "%-11s  %s: %s\n", r.Status, r.Case, r.Reason)
	case p.verbose && r.Status == conformance.Failed:
		fmt.Fprintf(p.w, "%-11s  %s: %s (known: %s)\n", r.Status, r.Case, r.Reason, known)
	case p.verbose && r.Reason != "":
		fmt.Fprintf(p.w, "%-11s  %s: %s\n", r.Status, r.Case, r.Reason)
	case p.verbose:
		fmt.Fprintf(p.w, "%-11s  %s\n", r.Status, r.Case)
	}
}

func (p printer) end(s conformance.Summary, v conformance.Verdict, whole bool) {
	if whole && !p.known.Known {
		fmt.Fprintln(p.w, "a list would have these lines:")
		for _, line := range p.known.Lines(s) {
			fmt.Fprintln(p.w, line)
		}
	}
	for _, name := range v.Stale {
		fmt.Fprintf(p.w, "%-11s  %s: known to fail (%s), but did not\n", "stale", name, p.known.Fails[name])
	}
	for _, problem := range v.Problems {
		fmt.Fprintln(p.w, problem)
	}
	if s.Digest != "" {
		fmt.Fprintln(p.w, "digest:", s.Digest)
	}
	fmt.Fprintln(p.w, totals(p.provider, s))
}

func totals(p conformance.Provider, s conformance.Summary) string {
	if p.String() == conformance.CPU {
		return fmt.Sprintf("conformance: %d passed, %d failed, %d unsupported", s.Passed, s.Failed, s.Unsupported)
	}
	return fmt.Sprintf("conformance: %d passed, %d failed, %d not taken by %s, %d unsupported",
		s.Passed, s.Failed, s.NotTaken, p, s.Unsupported)
}

func (p printer) json(s conformance.Summary, v conformance.Verdict) error {
	encoder := json.NewEncoder(p.w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		Version     string               `json:"version"` // of ORT
		Provider    string               `json:"provider"`
		Known       bool                 `json:"known"` // something is known about the release
		Good        bool                 `json:"good"`
		Passed      int                  `json:"passed"`
		Failed      int                  `json:"failed"`
		NotTaken    int                  `json:"notTaken"`
		Unsupported int                  `json:"unsupported"`
		Digest      string               `json:"digest,omitempty"`
		Verdict     conformance.Verdict  `json:"verdict"`
		Results     []conformance.Result `json:"results"`
	}{ortwrap.Version(), p.provider.String(), p.known.Known, v.Good(), s.Passed, s.Failed, s.NotTaken, s.Unsupported, s.Digest, v, s.Results})
}
