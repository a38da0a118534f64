package store

import (
	"regexp"
	"strconv"
	"strings"
)

// Change is one fact that two keys do not share. Old or New is nil where only one of them states it.
type Change struct {
	Group string  `json:"group"`
	Name  string  `json:"name,omitempty"`
	Old   *string `json:"old,omitempty"`
	New   *string `json:"new,omitempty"`
}

// Diff is what makes two keys different, sorted by group and name; empty if they are equal.
type Diff []Change

// Explain tells why the result of b cannot be taken from a.
func Explain(a, b Key) Diff {
	var diff Diff
	if a.schema != b.schema {
		old, now := strconv.Itoa(a.schema), strconv.Itoa(b.schema)
		diff = append(diff, Change{Group: "schema", Old: &old, New: &now})
	}
	before, after := a.facts, b.facts
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && compareNames(before[0], after[0]) < 0:
			diff = append(diff, Change{Group: before[0].Group, Name: before[0].Name, Old: &before[0].Value})
			before = before[1:]
		case len(before) == 0 || compareNames(before[0], after[0]) > 0:
			diff = append(diff, Change{Group: after[0].Group, Name: after[0].Name, New: &after[0].Value})
			after = after[1:]
		default:
			if before[0].Value != after[0].Value {
				diff = append(diff, Change{before[0].Group, before[0].Name, &before[0].Value, &after[0].Value})
			}
			before, after = before[1:], after[1:]
		}
	}
	return diff
}

// String returns one line a change: "tool cxx: 12.2.0 → 13.3.0", "option B: new, ON", "option C: gone, was OFF".
func (d Diff) String() string {
	lines := make([]string, len(d))
	for i, change := range d {
		lines[i] = change.String()
	}
	return strings.Join(lines, "\n")
}

// String returns the change as one line, with digests cut short where they still differ.
func (c Change) String() string {
	head := strings.TrimSpace(c.Group+" "+c.Name) + ": "
	switch {
	case c.Old == nil:
		return head + "new, " + shorten(*c.New)
	case c.New == nil:
		return head + "gone, was " + shorten(*c.Old)
	}
	old, now := shorten(*c.Old), shorten(*c.New)
	if old == now {
		old, now = quoteRest(*c.Old), quoteRest(*c.New)
	}
	return head + old + " → " + now
}

var longDigest = regexp.MustCompile(`\b(sha256:[0-9a-f]{12})[0-9a-f]{52}\b`)

func shorten(value string) string { return longDigest.ReplaceAllString(quoteRest(value), "$1…") }
