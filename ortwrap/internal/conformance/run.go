package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxvalue"
)

// Status says how a case ended.
type Status string

const (
	// Passed is a case whose outputs are as expected, in every data set.
	Passed Status = "passed"
	// Failed is a case that ran, or should have run, and did not give what was expected.
	Failed Status = "failed"
	// NotTaken is a case of which the provider leaves at least one operator to the processor, or that has none to run.
	NotTaken Status = "not taken"
	// Unsupported is a case that asks for an operator that ORT lacks, or for a value that ortwrap can't express.
	Unsupported Status = "unsupported"
)

// Result is the outcome of one case. Reason is empty where it passed.
type Result struct {
	Case   string `json:"case"`
	Status Status `json:"status"`
	Reason string `json:"reason,omitempty"`
}

// Summary holds the results of many cases.
type Summary struct {
	Results                               []Result
	Passed, Failed, NotTaken, Unsupported int
	// Digest is "sha256:" and the SHA-256 of all outputs of the cases that passed, in hexadecimal places: their names,
	// types, shapes and bits.
	Digest string
}

// Run runs the cases in turn on a provider and tells each result to watch, which may be nil. It ends early, with the
// context's error, when the context ends.
//
// A provider other than the processor's own must take all operators of a model: its part is what is tried.
func Run(ctx context.Context, cases []Case, p Provider, watch func(Result)) (Summary, error) {
	var s Summary
	all := newDigest()
	for _, c := range cases {
		r := Result{Case: c.Name, Status: Passed}
		outputs := newDigest()
		err := runCase(ctx, c, p, outputs)
		if ctx.Err() != nil {
			return s, ctx.Err()
		}
		switch {
		case err == nil:
			s.Passed++
			all.passed(c.Name, outputs)
		case !p.takes(err):
			r.Status = NotTaken
			s.NotTaken++
		case unsupported(err):
			r.Status, r.Reason = Unsupported, reason(err)
			s.Unsupported++
		default:
			r.Status, r.Reason = Failed, reason(err)
			s.Failed++
		}
		s.Results = append(s.Results, r)
		if watch != nil {
			watch(r)
		}
	}
	s.Digest = all.String()
	return s, nil
}

// reason is an error in one line, without the name that ortwrap gives to a model in memory.
func reason(err error) string {
	var e *ortwrap.Error
	if errors.As(err, &e) {
		err = fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}

// unsupported tells what can't be tried from what goes wrong.
func unsupported(err error) bool {
	return errors.Is(err, ortwrap.CodeNotImplemented) ||
		errors.Is(err, ortwrap.ErrOperator) ||
		errors.Is(err, ortwrap.ErrUnsupportedValue) ||
		errors.Is(err, onnxpb.ErrUnsupported)
}

func runCase(ctx context.Context, c Case, p Provider, outputs digest) error {
	session, err := p.open(c.Model)
	if err != nil {
		return err
	}
	defer session.Close()
	for i, set := range c.Sets {
		if err := runSet(ctx, session, set, tolerance(c.Name), outputs); err != nil {
			return fmt.Errorf("data set %d: %w", i, err)
		}
	}
	return nil
}

func runSet(ctx context.Context, session *ortwrap.Session, set Set, absolute float64, all digest) error {
	want, err := parseAll("output", session.Outputs(), set.Outputs)
	if err != nil {
		return err
	}
	parsed, err := parseAll("input", session.Inputs(), set.Inputs)
	if err != nil {
		return err
	}
	var made []ortwrap.Value
	defer func() { destroy(made) }()
	inputs := make([]ortwrap.Value, len(parsed))
	for i, v := range parsed {
		if inputs[i], err = onnxvalue.Make(v, session.Inputs()[i].Type); err != nil {
			return fmt.Errorf("input %q: %w", session.Inputs()[i].Name, err)
		}
		made = append(made, inputs[i])
	}
	outputs, err := session.Run(ctx, inputs...)
	if err != nil {
		return err
	}
	made = append(made, outputs...)
	for i, v := range outputs {
		got, err := read(v)
		if err != nil {
			return fmt.Errorf("output %q: %w", session.Outputs()[i].Name, err)
		}
		all.output(session.Outputs()[i].Name, got)
		if err := compare(got, want[i], absolute); err != nil {
			return fmt.Errorf("output %q: %w", session.Outputs()[i].Name, err)
		}
	}
	return nil
}

func destroy(list []ortwrap.Value) {
	for _, v := range list {
		if v != nil {
			v.Destroy()
		}
	}
}

// parseAll reads the files of a set's inputs or outputs.
func parseAll(what string, infos []ortwrap.Info, files [][]byte) ([]onnxpb.Value, error) {
	if len(files) != len(infos) {
		return nil, fmt.Errorf("%w: the model has %d %ss, the test data %d",
			ortwrap.ErrUnsupportedValue, len(infos), what, len(files))
	}
	list := make([]onnxpb.Value, len(files))
	for i, info := range infos {
		var err error
		if list[i], err = onnxvalue.Parse(info, files[i]); err != nil {
			return nil, fmt.Errorf("%s %q: %w", what, info.Name, err)
		}
	}
	return list, nil
}
