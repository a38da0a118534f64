package release

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var (
	pypiPattern  = regexp.MustCompile(`^([a-z0-9]+(?:-[a-z0-9]+)*)==([0-9]+(?:\.[0-9a-z]+)*)$`)
	wheelPattern = regexp.MustCompile(`^[A-Za-z0-9_.+]+(?:-[A-Za-z0-9_.+]+){4,5}\.whl$`) // PEP 427
)

// checkWheel accepts a project with its exact version, and a wheel of just these.
func (p Pin) checkWheel() error {
	switch {
	case p.PyPI == "" && p.Wheel == "":
		return nil
	case p.PyPI == "":
		return errors.New("file belongs to pypi, which is not given")
	case len(p.URLs) > 0 || p.Debian != "":
		return errors.New("pypi names another file than urls or debian")
	}
	parts := pypiPattern.FindStringSubmatch(p.PyPI)
	if parts == nil {
		return fmt.Errorf("pypi %q is not of the form \"nvidia-cutlass==3.5.1.0\"", p.PyPI)
	}
	start := strings.ReplaceAll(parts[1], "-", "_") + "-" + parts[2] + "-"
	if !strings.HasPrefix(p.Wheel, start) || !wheelPattern.MatchString(p.Wheel) {
		return fmt.Errorf("file %q is not a wheel of %s: want a name like %spy3-none-any.whl", p.Wheel, p.PyPI, start)
	}
	return nil
}
