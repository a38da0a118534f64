package release

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ParseDeps reads ONNX Runtime's cmake/deps.txt: lines "name;url;sha1", and comments that start with #. It returns one
// pin a line, in the file's order. The first line that is not of that form is an error that gives its number.
func ParseDeps(r io.Reader) ([]Pin, error) {
	var pins []Pin
	seen := map[string]bool{}
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pin, err := parseDep(line)
		if err == nil && seen[pin.Name] {
			err = fmt.Errorf("%q is listed twice", pin.Name)
		}
		if err != nil {
			return nil, fmt.Errorf("deps.txt:%d: %w", number, err)
		}
		seen[pin.Name] = true
		pins = append(pins, pin)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading deps.txt: %w", err)
	}
	return pins, nil
}

func parseDep(line string) (Pin, error) {
	fields := strings.Split(line, ";")
	if len(fields) != 3 {
		return Pin{}, fmt.Errorf("%q has %d fields, want name;url;sha1", line, len(fields))
	}
	pin := Pin{Name: fields[0], URLs: []string{fields[1]}, SHA1: strings.ToLower(fields[2])}
	return pin, errors.Join(checkName(pin.Name), checkURL(pin.URLs[0]), checkSHA1(pin.SHA1))
}

func checkSHA1(digits string) error {
	if _, err := hex.DecodeString(digits); err != nil || len(digits) != 40 || digits != strings.ToLower(digits) {
		return fmt.Errorf("%q is not a sha-1 digest: want 40 lower-case hexadecimal digits", digits)
	}
	return nil
}

// Resolve returns the dependencies of a build with these additions, in the order of UsesFor.
//
// An entry of our data file that says where its archive lies (a URL, a Debian path or a wheel) stands for another
// archive than that of deps.txt, and is taken as it is. One that does not adds its SHA-256 to the line of deps.txt with
// the same SHA-1. Where a checkout's deps.txt has another SHA-1, it means another archive, and that line alone counts.
func (r Release) Resolve(deps []Pin, additions ...string) ([]Dependency, error) {
	listed := map[string]Pin{}
	for _, pin := range deps {
		listed[pin.Name] = pin
	}
	ours := map[string]Dependency{}
	for _, d := range r.Dependencies {
		ours[d.Name] = d
	}
	uses := r.UsesFor(additions...)
	resolved := make([]Dependency, 0, len(uses))
	var problems []error
	for _, name := range uses {
		d, has := ours[name]
		pin, isListed := listed[name]
		switch {
		case has && d.located():
		case isListed && has && d.SHA1 == pin.SHA1:
			d.URLs = pin.URLs
		case isListed:
			d = Dependency{Pin: pin}
		default:
			problems = append(problems, fmt.Errorf("dependency %q of release %s is neither in cmake/deps.txt nor "+
				"pinned in the release file", name, r.Version))
			continue
		}
		resolved = append(resolved, d)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return resolved, nil
}

// located tells whether the pin itself says where its file lies.
func (p Pin) located() bool { return len(p.URLs) > 0 || p.Debian != "" || p.PyPI != "" }
