package ortwrap

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
)

// ProblemKind says what is wrong with an output.
type ProblemKind string

// The kinds of problems.
const (
	ProblemAbsent    ProblemKind = "absent"     // an optional output without content, or no output at all
	ProblemEmpty     ProblemKind = "empty"      // a tensor without elements, or a sequence without items
	ProblemNonFinite ProblemKind = "non-finite" // NaN or infinity
	ProblemConstant  ProblemKind = "constant"   // all elements of a floating-point tensor of two or more are the same
	ProblemUnread    ProblemKind = "unread"     // the elements can't be looked at, for example because they are complex
)

// Problem is one thing that is wrong with one output. Some models are right to have it: a detector that finds nothing
// has an empty output.
type Problem struct {
	Output string      `json:"output"` // the name in [Statistics]
	Kind   ProblemKind `json:"kind"`
	Text   string      `json:"text"` // "3 of 10 elements are not finite (2 NaN, 1 +Inf, 0 -Inf), the first at 4"
}

// String is for people: `"scores": all 10 elements are 0`.
func (p Problem) String() string {
	if p.Output == "" {
		return p.Text
	}
	return fmt.Sprintf("%q: %s", p.Output, p.Text)
}

// Report is what [Validate] found out. It can be written as JSON.
type Report struct {
	// Outputs has one entry a tensor, sorted by the names of the outputs.
	Outputs []Statistics `json:"outputs"`
}

// Validate looks at the outputs of a run for what a broken model or a broken build gives: NaN, infinities, outputs that
// are empty or absent, floating-point tensors whose elements are all the same. It looks into sequences and maps.
func Validate(outputs map[string]Value) Report {
	var r Report
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		r.add(name, outputs[name])
	}
	return r
}

// Problems are those of all outputs.
func (r Report) Problems() []Problem {
	if len(r.Outputs) == 0 {
		return []Problem{{Kind: ProblemAbsent, Text: "there are no outputs"}}
	}
	var list []Problem
	for _, s := range r.Outputs {
		list = append(list, s.Problems...)
	}
	return list
}

// Err is nil where there is no problem. Else it is [ErrValidation] with all of them.
func (r Report) Err() error {
	problems := r.Problems()
	if len(problems) == 0 {
		return nil
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.String()
	}
	return fmt.Errorf("%w: %s", ErrValidation, strings.Join(texts, "; "))
}

func (r *Report) add(name string, v Value) {
	items, names, err := parts(v)
	if items == nil && err == nil {
		r.Outputs = append(r.Outputs, statisticsOf(name, v))
		return
	}
	s := Statistics{Name: name, Type: Kind(v.GetONNXType()).String(), FirstNonFinite: -1}
	switch {
	case err != nil:
		s.problem(ProblemUnread, "%s", err)
	case len(items) == 0:
		s.problem(ProblemEmpty, "there are no items")
	}
	if len(s.Problems) > 0 {
		r.Outputs = append(r.Outputs, s)
	}
	for i, item := range items {
		r.add(name+names[i], item)
	}
}

// statisticsOf looks at one tensor, or at nothing.
func statisticsOf(name string, v Value) Statistics {
	s := Statistics{Name: name, Type: "none", FirstNonFinite: -1}
	if isNil(v) {
		s.problem(ProblemAbsent, "it has no content")
		return s
	}
	defer runtime.KeepAlive(v)
	a, err := look(v)
	if err != nil {
		s.problem(ProblemUnread, "%s", err)
		return s
	}
	s.Type, s.Shape, s.Count = a.element.String(), a.shape, a.count
	if s.Count == 0 {
		s.problem(ProblemEmpty, "there are no elements in shape %v", s.Shape)
		return s
	}
	if a.element == String {
		return s
	}
	list, err := a.float64s()
	if err != nil {
		s.problem(ProblemUnread, "%s", err)
		return s
	}
	s.measure(list)
	if wrong := s.Count - s.Finite; wrong > 0 {
		s.problem(ProblemNonFinite, "%d of %d elements are not finite (%d NaN, %d +Inf, %d -Inf), the first at %d",
			wrong, s.Count, s.NaN, s.PositiveInfinity, s.NegativeInfinity, s.FirstNonFinite)
	}
	if floating(a.element) && s.Count > 1 && s.Finite == s.Count && s.Min == s.Max {
		s.problem(ProblemConstant, "all %d elements are %g", s.Count, s.Max)
	}
	return s
}

func (s *Statistics) problem(kind ProblemKind, format string, args ...any) {
	s.Problems = append(s.Problems, Problem{Output: s.Name, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// parts are the items of a sequence or the keys and values of a map, and what to write after the name for each. Both
// are nil for all else.
func parts(v Value) (items []Value, names []string, err error) {
	switch v.(type) {
	case *Sequence, *Map:
		if isNil(v) {
			return nil, nil, nil
		}
		if _, err := handle(v); err != nil {
			return nil, nil, err
		}
	}
	switch v := v.(type) {
	case *Sequence:
		if items, err = v.GetValues(); err != nil {
			return nil, nil, err
		}
		items = append([]Value{}, items...) // not nil, even when there are none
		for i := range items {
			names = append(names, fmt.Sprintf("[%d]", i))
		}
		return items, names, nil
	case *Map:
		keys, values, err := v.GetKeysAndValues()
		return []Value{keys, values}, []string{".keys", ".values"}, err
	}
	return nil, nil, nil
}
