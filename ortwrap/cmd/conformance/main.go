// Command conformance runs ONNX's node tests on the ONNX Runtime that is linked into it.
//
//	conformance [-v] [-json] [-digest] [-unlisted] [-provider name] [-run regexp] onnx-1.17.0.tar.gz
//
// The argument is ONNX's source archive (.tar.gz or .zip), its unpacked sources, or the folder
// onnx/backend/test/data/node. The last line is "conformance: P passed, F failed, U unsupported". The command exits
// with 1 where a case fails that is not known to, where one that is known to fail does not, where fewer cases pass than
// the release is known for, and where none was tried. A release of which nothing is known is an error too, and the lines
// that are missing in the list are printed; with -unlisted what fails there is shown and does not count.
//
// With -provider (coreml, cuda or dnnl) every case must run on that execution provider alone. Those of which it leaves
// operators to the processor are counted as not taken, in the last line too. With -digest the line before the last is
// "digest: sha256:" and the SHA-256 of all outputs of the cases that passed, by which two builds can be compared bit
// for bit.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

var errDifferent = errors.New("the results are not those that are known for this release")

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: conformance [-v] [-json] [-digest] [-unlisted] [-provider name] [-run regexp] ONNX-SOURCES")
		flags.PrintDefaults()
	}
	verbose := flags.Bool("v", false, "print every case")
	asJSON := flags.Bool("json", false, "print the results as JSON")
	withDigest := flags.Bool("digest", false, "print the SHA-256 of all outputs of cases that passed")
	unlisted := flags.Bool("unlisted", false, "accept a release of which nothing is known, unless no case passes")
	on := flags.String("provider", conformance.CPU, "run on this execution provider alone: cpu, coreml, cuda or dnnl")
	filter := flags.String("run", "", "run the cases whose names match this regular `expression` only")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return fmt.Errorf("expected one argument, got %d", flags.NArg())
	}
	provider, err := conformance.NewProvider(*on)
	if err != nil {
		return err
	}
	cases, err := load(flags.Arg(0), *filter)
	if err != nil {
		return err
	}
	expectations, err := conformance.Expect(ortwrap.Version(), provider)
	if err != nil {
		return err
	}

	p := printer{w: stdout, verbose: *verbose, unlisted: *unlisted, known: expectations, provider: provider}
	if !*asJSON {
		p.start(len(cases))
	}
	watch := p.result
	if *asJSON {
		watch = nil
	}
	summary, err := conformance.Run(ctx, cases, provider, watch)
	if err != nil {
		return err
	}
	if !*withDigest {
		summary.Digest = ""
	}
	judge := expectations.Judge
	if *unlisted && !expectations.Known {
		judge = expectations.JudgeUnlisted
	}
	whole := *filter == ""
	verdict := judge(summary, whole)
	if *asJSON {
		err = p.json(summary, verdict)
	} else {
		p.end(summary, verdict, whole)
	}
	if err == nil && !verdict.Good() {
		err = fmt.Errorf("%w: see above, and internal/conformance/%s", errDifferent, expectations.List)
	}
	return err
}

// load reads the cases that match the filter.
func load(name, filter string) ([]conformance.Case, error) {
	expression, err := regexp.Compile(filter)
	if err != nil {
		return nil, fmt.Errorf("reading -run: %w", err)
	}
	all, err := conformance.Load(name)
	if err != nil {
		return nil, err
	}
	var cases []conformance.Case
	for _, c := range all {
		if expression.MatchString(c.Name) {
			cases = append(cases, c)
		}
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("none of the %d cases matches %q", len(all), filter)
	}
	return cases, nil
}
