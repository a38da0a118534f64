package matrix

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// Choose returns the rows of these names, in the order of the file; all without names. A name may end in * and stands
// for all that begin so.
func (m Matrix) Choose(names []string) ([]Row, error) {
	var all []string
	for _, r := range m.Rows {
		all = append(all, r.Name)
	}
	chosen, err := choose(all, names, "ROWS")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(m.Rows), func(r Row) bool { return !slices.Contains(chosen, r.Name) }), nil
}

// ChooseSteps returns the names of steps that are run where a row has them; all without names.
func (m Matrix) ChooseSteps(names []string) ([]string, error) {
	var all []string
	for _, s := range m.Steps {
		all = append(all, s.Name)
	}
	return choose(all, names, "STEPS")
}

// Having returns those of the rows that have one of these steps. That there is none is an error.
func (m Matrix) Having(rows []Row, steps []string) ([]Row, error) {
	having := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return len(m.StepsOf(r, steps)) == 0 })
	if len(having) == 0 {
		return nil, &fault.Error{
			Op: "choose from the matrix", On: "STEPS=" + strings.Join(steps, ","),
			Err: errors.New("no row that was chosen has such a step"), Hint: "see the steps of the rows in " + File,
		}
	}
	return having, nil
}

// StepsOf returns the steps of a row, of those that were chosen.
func (m Matrix) StepsOf(r Row, chosen []string) (steps []Step) {
	for _, s := range m.Steps {
		if slices.Contains(r.Steps, s.Name) && slices.Contains(chosen, s.Name) {
			steps = append(steps, s)
		}
	}
	return steps
}

// choose returns those of all that the patterns name. A pattern that names none is an error.
func choose(all, patterns []string, setting string) ([]string, error) {
	if len(patterns) == 0 {
		return all, nil
	}
	chosen := map[string]bool{}
	for _, pattern := range patterns {
		pattern = strings.TrimSpace(pattern)
		prefix, open := strings.CutSuffix(pattern, "*")
		found := false
		for _, name := range all {
			if name == pattern || open && strings.HasPrefix(name, prefix) {
				chosen[name], found = true, true
			}
		}
		if !found {
			return nil, &fault.Error{
				Op: "choose from the matrix", On: setting + "=" + pattern, Err: errors.New("there is none of this name"),
				Hint: fmt.Sprintf("set %s to one or more of %s", setting, strings.Join(all, ", ")),
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return !chosen[name] }), nil
}
