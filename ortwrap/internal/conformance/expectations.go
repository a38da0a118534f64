package conformance

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed known_failures*.txt
var knownFailures embed.FS

// Expectations are what is known about one release of ORT on one provider.
type Expectations struct {
	List    string            // name of the file that says so: "known_failures.txt"
	Release string            // "1.21"
	Known   bool              // the list says something of the release
	Passes  int               // so many cases pass at least
	Fails   map[string]string // known failures: the reason of each, by case
}

// Expect returns what is known about a version such as "1.21.0" on a provider. Where there is no list, nothing is.
func Expect(version string, p Provider) (Expectations, error) {
	release := version
	if parts := strings.SplitN(version, ".", 3); len(parts) == 3 {
		release = parts[0] + "." + parts[1]
	}
	list := "known_failures.txt"
	if p.value != nil {
		list = "known_failures_" + p.String() + ".txt"
	}
	text, err := knownFailures.ReadFile(list)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Expectations{}, err
	}
	return parseExpectations(list, string(text), release)
}

func parseExpectations(list, text, release string) (Expectations, error) {
	e := Expectations{List: list, Release: release, Fails: map[string]string{}}
	scanner := bufio.NewScanner(strings.NewReader(text))
	for n := 1; scanner.Scan(); n++ {
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		if err := e.add(words); err != nil {
			return e, fmt.Errorf("%s:%d: %w", list, n, err)
		}
	}
	return e, scanner.Err()
}

// add takes a line in words. Lines of other releases are checked too.
func (e *Expectations) add(words []string) error {
	if len(words) < 3 {
		return fmt.Errorf("expected RELEASE, passes or fails, and more")
	}
	mine := words[0] == e.Release
	e.Known = e.Known || mine
	switch verb, rest := words[1], words[2:]; verb {
	case "passes":
		n, err := strconv.Atoi(rest[0])
		if err != nil || n < 0 || len(rest) > 1 {
			return fmt.Errorf("expected a number after passes")
		}
		if mine {
			e.Passes = n
		}
	case "fails":
		if len(rest) < 2 {
			return fmt.Errorf("%q has no reason", rest[0])
		}
		if !mine {
			return nil
		}
		if _, ok := e.Fails[rest[0]]; ok {
			return fmt.Errorf("%q is listed twice", rest[0])
		}
		e.Fails[rest[0]] = strings.Join(rest[1:], " ")
	default:
		return fmt.Errorf("unknown word %q", verb)
	}
	return nil
}

// Verdict says how a run differs from what is known. It is good where it is empty.
type Verdict struct {
	New      []Result `json:"new,omitempty"`      // fail and are not listed
	Stale    []string `json:"stale,omitempty"`    // are listed and did not fail
	Problems []string `json:"problems,omitempty"` // with the run as a whole
}

// Good says whether the run is as expected.
func (v Verdict) Good() bool { return len(v.New)+len(v.Stale)+len(v.Problems) == 0 }

// Judge compares a run with what is known. A part of the cases (whole is false) is judged case by case only. A
// release of which nothing is known is judged too, and cannot be good as a whole.
func (e Expectations) Judge(s Summary, whole bool) Verdict {
	v := Verdict{Problems: s.problems(whole)}
	listed := 0
	for _, r := range s.Results {
		_, ok := e.Fails[r.Case]
		if ok {
			listed++
		}
		switch {
		case r.Status == Failed && !ok:
			v.New = append(v.New, r)
		case r.Status != Failed && ok:
			v.Stale = append(v.Stale, r.Case)
		}
	}
	if !whole {
		return v
	}
	if !e.Known {
		v.Problems = append(v.Problems, fmt.Sprintf("nothing is known about release %s: look into what failed, "+
			"and add its lines to internal/conformance/%s", e.Release, e.List))
	}
	if missing := len(e.Fails) - listed; missing > 0 {
		v.Problems = append(v.Problems, fmt.Sprintf("%d listed cases are not among the test data: "+
			"are they of the ONNX version that this ORT is built with?", missing))
	}
	if s.Passed < e.Passes {
		v.Problems = append(v.Problems, fmt.Sprintf("%d cases passed, at least %d should", s.Passed, e.Passes))
	}
	return v
}

// JudgeUnlisted is [Expectations.Judge] for a release without a list: what fails is what its list would have, so only a
// run that shows nothing at all is not good.
func (e Expectations) JudgeUnlisted(s Summary, whole bool) Verdict {
	return Verdict{Problems: s.problems(whole)}
}

// problems are those of a run that needs no list to be called one. That a provider takes nothing would else look like
// success: there is no failure, and two builds that compute nothing agree.
func (s Summary) problems(whole bool) []string {
	switch {
	case s.Passed+s.Failed == 0:
		return []string{fmt.Sprintf("none of %d cases was tried: "+
			"is the provider built with its operators, and does it take them?", len(s.Results))}
	case whole && s.Passed == 0:
		return []string{fmt.Sprintf("none of %d cases passed", s.Passed+s.Failed)}
	}
	return nil
}

// Lines are what a list would have of a run of a release: to be added to [Expectations.List] when each reason was looked
// into.
func (e Expectations) Lines(s Summary) []string {
	lines := []string{fmt.Sprintf("%s passes %d", e.Release, s.Passed)}
	for _, r := range s.Results {
		if r.Status == Failed {
			lines = append(lines, fmt.Sprintf("%s fails %s %s", e.Release, r.Case, r.Reason))
		}
	}
	return lines
}
