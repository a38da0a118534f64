package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/dataset"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/feed"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/verify"
)

// verifyFlags are the flags of verify.
type verifyFlags struct {
	settings
	inputFlags
	options  verify.Options
	expected string
}

func (a *app) verify() *cobra.Command {
	var f verifyFlags
	c := oneModel(&cobra.Command{
		Use:   "verify MODEL",
		Short: "Check a model's outputs",
		Long: `Run a model several times on the same inputs and check its outputs:

  expected       they agree with those of --expected, within --atol + --rtol * |expected|
  repeatable     every run gives the same bits
  stable         every run stays within the tolerance of the first
  finite         no NaN or infinity, unless it was expected
  probabilities  the rows of --probabilities outputs are between 0 and 1 and sum to 1

--expected is a .npz or .json file of outputs, whose inputs --input gives, or a folder with the test data of an ONNX
model (input_0.pb, output_0.pb, …, or folders test_data_set_0, … with those). The exit code is 1 where a check
fails.`,
		Example: `  ortrun verify model.onnx --input x=x.npy --expected y.npz
  ortrun verify model/model.onnx --expected model/test_data_set_0
  ortrun verify model.onnx --repeat 100 --probabilities scores`,
		RunE: func(c *cobra.Command, args []string) error { return a.verifyModel(c, args[0], &f) },
	})
	f.settings.flags(c, true)
	f.inputFlags.flags(c, true)
	flags := c.Flags()
	flags.StringVarP(&f.expected, "expected", "e", "", "`file` of expected outputs: .npz, .json, or a folder of test data")
	flags.Float64Var(&f.options.Tolerance.Absolute, "atol", 1e-5, "absolute tolerance")
	flags.Float64Var(&f.options.Tolerance.Relative, "rtol", 1e-3, "relative tolerance")
	flags.IntVar(&f.options.Repeat, "repeat", 10, "how often to run each set of inputs")
	flags.StringSliceVar(&f.options.Probabilities, "probabilities", nil,
		"`names` of outputs whose rows should be probabilities")
	flags.Float64Var(&f.options.SumTolerance, "sum-tolerance", 1e-4, "how far probabilities and their sums may be off")
	flags.IntVar(&f.options.Worst, "worst", 10, "how many of the worst elements to show of each output")
	return c
}

func (f *verifyFlags) check() error {
	o := f.options
	switch {
	case o.Repeat < 1:
		return usagef("--repeat %d: expected 1 or more", o.Repeat)
	case !(o.Tolerance.Absolute >= 0 && o.Tolerance.Relative >= 0 && o.SumTolerance >= 0) || o.Worst < 0:
		return usagef("--atol, --rtol, --sum-tolerance and --worst can't be negative")
	}
	return nil
}

// folders are those with test data, or "" where the inputs come from flags.
func (f *verifyFlags) folders(c *cobra.Command) ([]string, error) {
	if f.expected == "" {
		return []string{""}, nil
	}
	info, err := os.Stat(f.expected)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading expected outputs %q: %w", f.expected, errors.Unwrap(err))
	case !info.IsDir():
		if ext := strings.ToLower(filepath.Ext(f.expected)); ext != ".npz" && ext != ".json" {
			return nil, usagef("--expected %q: expected a .npz or .json file, or a folder", f.expected)
		}
		return []string{""}, nil
	case changedInputs(c) != "":
		return nil, usagef("%s can't be used with a folder of test data, which has the inputs", changedInputs(c))
	default:
		return dataset.Folders(f.expected)
	}
}

func (a *app) verifyModel(c *cobra.Command, model string, f *verifyFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	session, err := f.open(model)
	if err != nil {
		return err
	}
	defer session.Close()
	folders, err := f.folders(c)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s on ONNX Runtime %s\n", model, ortwrap.Version())
	failed, checks := 0, 0
	for _, folder := range folders {
		set, err := a.testSet(session, f, folder)
		if err != nil {
			return err
		}
		report, err := a.verifySet(c.Context(), session, set, f.options)
		set.Destroy()
		if err != nil {
			return err
		}
		printReport(a.out, set.Name, report)
		failed += report.Failed()
		checks += len(report.Checks)
	}
	if failed > 0 {
		return fmt.Errorf("%w: %d of %d checks of %q", errCheck, failed, checks, model)
	}
	fmt.Fprintf(a.out, "\nall %d checks passed\n", checks)
	return nil
}

// testSet reads a folder of test data or, where there is none, makes a set of what the flags say.
func (a *app) testSet(s *ortwrap.Session, f *verifyFlags, folder string) (dataset.Set, error) {
	if folder != "" {
		return dataset.Read(folder, s.Inputs(), s.Outputs())
	}
	in, err := f.values(s, f.size)
	if err != nil {
		return dataset.Set{}, err
	}
	a.note(in)
	set := dataset.Set{Name: "inputs: " + shapes(in.values), Inputs: in.values}
	if f.expected == "" {
		return set, nil
	}
	if set.Outputs, err = feed.ReadOutputs(s.Outputs(), f.expected); err != nil {
		set.Destroy()
		return dataset.Set{}, err
	}
	return set, nil
}

func (a *app) verifySet(ctx context.Context, s *ortwrap.Session, set dataset.Set, o verify.Options) (
	verify.Report, error,
) {
	what := "running once"
	if o.Repeat > 1 {
		what = fmt.Sprintf("running %d times", o.Repeat)
	}
	show, end := a.progress(ctx, what)
	defer end()
	o.Progress = show
	return verify.Run(ctx, s, set.Inputs, set.Outputs, o)
}

func printReport(w io.Writer, name string, r verify.Report) {
	fmt.Fprintf(w, "%s\n\n", name)
	rows := [][]string{{"CHECK", "OUTPUT", "RESULT", "DETAIL"}}
	for _, c := range r.Checks {
		row := []string{c.What, c.Output, "ok", c.Detail}
		if c.Err != nil {
			row[2], row[3] = "FAILED", strings.TrimPrefix(oneLine(c.Err), ortwrap.ErrDifferent.Error()+": ")
		}
		rows = append(rows, row)
	}
	table(w, rows...)
	for _, note := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	if len(r.Worst) == 0 {
		return
	}
	fmt.Fprintln(w, "\nworst differences")
	rows = [][]string{{"OUTPUT", "INDEX", "EXPECTED", "GOT", "DIFFERENCE"}}
	for _, e := range r.Worst {
		rows = append(rows, []string{
			e.Output, fmt.Sprint(e.Index), fmt.Sprintf("%.7g", e.Want),
			fmt.Sprintf("%.7g", e.Got), fmt.Sprintf("%.3g", e.Difference),
		})
	}
	table(w, rows...)
}
