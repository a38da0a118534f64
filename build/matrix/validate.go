package matrix

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

var (
	// namePattern is for what stands in names of containers, images, folders and jobs.
	namePattern  = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
	glibcPattern = regexp.MustCompile(`^(2\.[1-9][0-9]|none)$`)
	// commandPattern lets only programs of this repository through, and no character that means something to a shell:
	// the same text is run here and there.
	commandPattern = regexp.MustCompile(`^go (tool mage|test)( [A-Za-z0-9:./_=,-]+)+$`)
	variable       = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
)

// ours are variables that have fields or are set for each row.
var ours = []string{"ORT_TARGET", "ORT_PROVIDERS", "ORT_VERSION", "ORT_HOME", "HOME", "PATH"}

// validate finds all that is wrong.
func (m Matrix) validate() error {
	var errs []error
	if len(m.Rows) == 0 {
		errs = append(errs, errors.New("it has no rows"))
	}
	var steps, rows []string
	for _, s := range m.Steps {
		if !namePattern.MatchString(s.Name) || slices.Contains(steps, s.Name) {
			errs = append(errs, fmt.Errorf("step %q: its name is not a new word", s.Name))
		}
		if !commandPattern.MatchString(s.Command) {
			errs = append(errs, fmt.Errorf("step %q: %q is not a command of this repository in plain words", s.Name, s.Command))
		}
		steps = append(steps, s.Name)
	}
	for _, r := range m.Rows {
		if !namePattern.MatchString(r.Name) || slices.Contains(rows, r.Name) {
			errs = append(errs, fmt.Errorf("row %q: its name is not a new word", r.Name))
		}
		for _, err := range r.validate(steps) {
			errs = append(errs, fmt.Errorf("row %q: %w", r.Name, err))
		}
		rows = append(rows, r.Name)
	}
	return errors.Join(errs...)
}

func (r Row) validate(steps []string) (errs []error) {
	for name, value := range map[string]string{
		"system": r.System, "compiler": r.Compiler, "base": r.Base, "release": r.Release, "proven": r.Proven,
	} {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", name))
		}
	}
	if !glibcPattern.MatchString(r.Glibc) {
		errs = append(errs, fmt.Errorf(`glibc %q is neither a version nor "none"`, r.Glibc))
	}
	if r.File == "" || path.IsAbs(r.File) || path.Clean(r.File) != r.File || strings.HasPrefix(r.File, "..") {
		errs = append(errs, fmt.Errorf("file %q is not a path in this repository", r.File))
	}
	if r.Target != "" {
		if _, err := spec.ParsePlatform(r.Target); err != nil {
			errs = append(errs, err)
		}
	}
	if r.Memory < 1 {
		errs = append(errs, fmt.Errorf("memory is %d gigabytes", r.Memory))
	}
	if len(r.Steps) == 0 {
		errs = append(errs, errors.New("it has no steps"))
	}
	at := -1
	for _, name := range r.Steps {
		place := slices.Index(steps, name)
		if place < 0 {
			errs = append(errs, fmt.Errorf("there is no step %q", name))
		} else if place <= at {
			errs = append(errs, fmt.Errorf("step %q is out of order", name))
		}
		at = place
	}
	for name := range r.Environment {
		if !variable.MatchString(name) || slices.Contains(ours, name) {
			errs = append(errs, fmt.Errorf("%s is not for environment", name))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errs
}
