package release

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
)

var (
	namePattern   = regexp.MustCompile(`^[a-z0-9_]+$`)
	protocPattern = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)
)

// validate returns all that is wrong with a release file, or nil.
func (r Release) validate() error {
	var problems []error
	complain := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }

	version, err := semver.StrictNewVersion(r.Version)
	switch {
	case err != nil:
		complain("version %q: %w", r.Version, err)
	case r.API < 1 || uint64(r.API) != version.Minor():
		complain("api is %d, but release %s has API %d", r.API, r.Version, version.Minor())
	}
	if !protocPattern.MatchString(r.Protoc) {
		complain("protoc %q is not of the form \"21.12\"", r.Protoc)
	}
	if len(r.Uses) == 0 || !isSet(r.Uses) {
		complain("uses must be a sorted list of different names")
	}
	for _, name := range r.Uses {
		problems = append(problems, checkName(name))
	}
	for _, addition := range slices.Sorted(maps.Keys(r.Additions)) {
		problems = append(problems, r.checkAddition(addition))
	}
	if !r.Source.located() {
		complain("source has neither urls nor a debian path")
	}
	problems = append(problems, r.Source.validate())

	seen := map[string]bool{}
	used := r.UsesFor(slices.Collect(maps.Keys(r.Additions))...)
	for _, d := range r.Dependencies {
		if seen[d.Name] {
			complain("dependency %q is listed twice", d.Name)
		}
		seen[d.Name] = true
		if !slices.Contains(used, d.Name) {
			complain("dependency %q is not in uses, nor in those of an addition", d.Name)
		}
		problems = append(problems, d.validate())
	}
	for platform, library := range r.Peer.Libraries {
		if r.Peer.Package == "" || !fs.ValidPath(library.Path) || library.SHA256.IsZero() {
			complain("peer library for %q needs a package, a path in it and a sha256", platform)
		}
	}
	for target, files := range r.UnityExclusions {
		for _, file := range files {
			if target == "" || !fs.ValidPath(file) || file == "." {
				complain("unity exclusion %q of target %q is not a relative slash path", file, target)
			}
		}
	}
	return errors.Join(problems...)
}

// checkAddition returns what is wrong with the table of an addition, or nil.
func (r Release) checkAddition(name string) error {
	uses := r.Additions[name].Uses
	problems := []error{checkName(name)}
	if !isSet(uses) {
		problems = append(problems, fmt.Errorf("uses of addition %q must be a sorted list of different names", name))
	}
	for _, u := range uses {
		problems = append(problems, checkName(u))
		if slices.Contains(r.Uses, u) {
			problems = append(problems, fmt.Errorf("addition %q need not list %q: every build uses it", name, u))
		}
	}
	return errors.Join(problems...)
}

// isSet tells whether names is sorted and has none twice.
func isSet(names []string) bool {
	return slices.IsSorted(names) && len(slices.Compact(slices.Clone(names))) == len(names)
}

func (p Pin) validate() error {
	problems := []error{checkName(p.Name)}
	complain := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: "+format, append([]any{p.Name}, args...)...))
	}
	if p.SHA256.IsZero() {
		complain("no sha256")
	}
	switch {
	case p.located() && p.SHA1 != "":
		complain("sha1 belongs to a line of deps.txt, but urls, debian or pypi name another file")
	case !p.located():
		if err := checkSHA1(p.SHA1); err != nil {
			complain("neither urls nor debian nor pypi, nor the file of deps.txt: %w", err)
		}
	}
	if p.Size < 0 {
		complain("size %d is negative", p.Size)
	}
	for _, u := range p.URLs {
		if err := checkURL(u); err != nil {
			complain("%w", err)
		}
	}
	if p.Debian != "" && (!fs.ValidPath(p.Debian) || !strings.HasPrefix(p.Debian, "pool/")) {
		complain("debian path %q is not a clean path below pool/", p.Debian)
	}
	if err := p.checkWheel(); err != nil {
		complain("%w", err)
	}
	return errors.Join(problems...)
}

func (d Dependency) validate() error {
	problems := []error{d.Pin.validate()}
	for _, folder := range []string{d.Subtree, d.Into} {
		if folder != "" && (!fs.ValidPath(folder) || folder == ".") {
			problems = append(problems, fmt.Errorf("%s: %q is not a relative slash path", d.Name, folder))
		}
	}
	for _, pattern := range d.Keep {
		if _, err := path.Match(pattern, ""); err != nil || !fs.ValidPath(pattern) {
			problems = append(problems, fmt.Errorf("%s: %q is not a pattern for relative slash paths", d.Name, pattern))
		}
	}
	return errors.Join(problems...)
}

func checkName(name string) error {
	if !namePattern.MatchString(name) {
		return fmt.Errorf("name %q has other characters than a-z, 0-9 and _", name)
	}
	return nil
}

// checkURL accepts only what names a file on a host, by https, with no password in it.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return fmt.Errorf("not a URL: %w", err)
	case u.Scheme != "https" || u.Host == "" || u.User != nil:
		return fmt.Errorf("%q is not an https URL of a public file", text)
	case u.RawQuery != "" || u.Fragment != "" || path.Clean(u.Path) != u.Path || len(u.Path) < 2:
		return fmt.Errorf("the path of %q does not name a file", text)
	}
	return nil
}
