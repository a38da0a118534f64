package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// fuzzTime is how long each fuzz test is tried unless ORT_FUZZ_TIME says otherwise.
const fuzzTime = time.Minute

// fuzzTest is one fuzz test, and what came of it.
type fuzzTest struct {
	Folder  string  `json:"folder"` // of its package, in the repository
	Name    string  `json:"name"`
	Passed  bool    `json:"passed"`
	Seconds float64 `json:"seconds"`
	Input   string  `json:"input,omitempty"` // file with the input at which it failed, in the repository
}

// Fuzz tries all fuzz tests of both modules one after the other, each for ORT_FUZZ_TIME. One that fails does not stop the
// others.
func Fuzz(ctx context.Context, c *Command) error {
	var done []fuzzTest
	err := c.inModules(ctx, func(m module, env []string) error {
		tests, err := c.fuzzModule(ctx, m, env)
		done = append(done, tests...)
		return err
	})
	if printed := c.Print(done, func(w io.Writer) error { return report.Table(w, fuzzRows(done)) }); printed != nil {
		return errors.Join(err, printed)
	}
	if err != nil {
		return err
	}
	return fuzzFault(done)
}

// fuzzModule tries the fuzz tests of a module.
func (c *Command) fuzzModule(ctx context.Context, m module, env []string) (done []fuzzTest, err error) {
	phase := c.Console.Phase("fuzz")
	list, err := run.Output(ctx, c.Runner, run.Cmd{
		Path: "go", Args: []string{"test", "-json", "-vet=off", "-list", "^Fuzz", "./..."}, Dir: filepath.Join(c.Root, m.folder), Env: env,
	})
	if err != nil {
		phase.Failed()
		return nil, &fault.Error{Op: "list the fuzz tests", On: m.folder, Err: err, Tail: tail(err), Hint: "go vet ./... shows what does not compile"}
	}
	tests, err := fuzzTests(m, strings.NewReader(list))
	if err != nil {
		phase.Failed()
		return nil, err
	}
	phase.Done("%d fuzz tests in %s", len(tests), m.path)
	for _, test := range tests {
		if err := c.fuzz(ctx, &test, env); err != nil {
			return done, err
		}
		done = append(done, test)
	}
	return done, nil
}

// fuzzTests reads what "go test -json -list" printed.
func fuzzTests(m module, list io.Reader) (tests []fuzzTest, err error) {
	decoder := json.NewDecoder(list)
	for {
		var event struct{ Package, Output string }
		err := decoder.Decode(&event)
		if errors.Is(err, io.EOF) {
			return tests, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the list of fuzz tests of %s: %w", m.folder, err)
		}
		if name := strings.TrimSpace(event.Output); fuzzName.MatchString(name) {
			folder := path.Join(m.folder, strings.TrimPrefix(strings.TrimPrefix(event.Package, m.path), "/"))
			tests = append(tests, fuzzTest{Folder: folder, Name: name})
		}
	}
}

var (
	fuzzName  = regexp.MustCompile(`^Fuzz\w*$`)
	fuzzInput = regexp.MustCompile(`Failing input written to (testdata\S+)`)
)

// fuzz tries one test and notes what came of it. Its error means that it could not be tried.
func (c *Command) fuzz(ctx context.Context, test *fuzzTest, env []string) error {
	phase, start := c.Console.Phase("fuzz"), time.Now()
	out, err := run.Output(ctx, c.Runner, fuzzCmd(c.Root, *test, c.Settings.FuzzTime, env))
	test.Seconds, test.Passed = time.Since(start).Round(time.Second/10).Seconds(), err == nil
	var exit *run.ExitError
	switch {
	case err == nil:
		phase.Done("%s %s", test.Folder, test.Name)
		return nil
	case ctx.Err() != nil || !errors.As(err, &exit):
		phase.Failed()
		return fmt.Errorf("fuzzing (%s of %s): %w", test.Name, test.Folder, err)
	}
	phase.Failed()
	if found := fuzzInput.FindStringSubmatch(out); found != nil {
		test.Input = path.Join(test.Folder, found[1])
	}
	fmt.Fprintln(c.Err, out)
	return nil
}

// fuzzCmd tries one test for a while. The tests of its package that are no fuzz tests are left out.
func fuzzCmd(root string, test fuzzTest, limit time.Duration, env []string) run.Cmd {
	if limit == 0 {
		limit = fuzzTime
	}
	return run.Cmd{
		Path: "go", Args: []string{"test", "-vet=off", "-run", "^$", "-fuzz", "^" + test.Name + "$", "-fuzztime", limit.String(), "."},
		Dir: filepath.Join(root, filepath.FromSlash(test.Folder)), Env: env,
	}
}

func fuzzRows(tests []fuzzTest) [][]string {
	rows := [][]string{{"RESULT", "SECONDS", "TEST", "FAILING INPUT"}}
	for _, t := range tests {
		result := "passed"
		if !t.Passed {
			result = "failed"
		}
		rows = append(rows, []string{result, fmt.Sprintf("%.1f", t.Seconds), t.Folder + " " + t.Name, t.Input})
	}
	return rows
}

// fuzzFault returns an error if a test failed, with the call that repeats it.
func fuzzFault(tests []fuzzTest) error {
	var failed, repeat []string
	for _, t := range tests {
		if t.Passed {
			continue
		}
		failed = append(failed, t.Folder+" "+t.Name)
		name := t.Name
		if t.Input != "" {
			name += "/" + path.Base(t.Input)
		}
		repeat = append(repeat, fmt.Sprintf("(cd %s && go test -run '^%s$' .)", t.Folder, name))
	}
	if len(failed) == 0 {
		return nil
	}
	return &fault.Error{
		Op: "fuzz", On: strings.Join(failed, ", "), Err: fmt.Errorf("%d of %d fuzz tests found something", len(failed), len(tests)),
		Hint: "repeat it with " + strings.Join(repeat, "; ") + ", mend it, and keep the file with the input as a test",
	}
}
