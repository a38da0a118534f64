// Command gpucheck proves that the ONNX Runtime which is linked into it computes on the GPU of this machine, and
// measures it. ci/gpu-check starts it, once for each way of linking.
//
//	gpucheck check [-dry-run] [-variant hybrid] [-json] [-o report.json]
//	gpucheck peer [-python python3] [-o peer.json]
//	gpucheck report report.json peer.json
//
// check runs models on the GPU (all nodes of them: nothing may fall back to the processor) and compares the results
// with the processor's; looks which libraries it uses; initialises and shuts down ORT three times; ends processes with
// and without giving back what they hold; and measures the first and the later runs. A dry run does the same without a
// GPU, to check gpucheck itself. peer measures the Python package onnxruntime-gpu, where it is installed. report prints
// what they wrote as one table.
//
// The exit code is 0 where all went well, and 1 otherwise.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/cexit"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, errEnd) { // as a program of C ends
		cexit.Exit(0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gpucheck:", err)
		os.Exit(1)
	}
}

var (
	errEnd    = errors.New("end with the exit handlers of C")
	errFailed = errors.New("a check has failed: see above")
)

type options struct {
	dry, json       bool
	device, runs    int
	variant, output string
	python          string
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("gpucheck", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: gpucheck check|peer|report [flags] [FILE...]")
		flags.PrintDefaults()
	}
	var o options
	flags.BoolVar(&o.dry, "dry-run", false, "use no GPU: check gpucheck itself, on the processor")
	flags.BoolVar(&o.json, "json", false, "print JSON, not a table")
	flags.IntVar(&o.device, "device", 0, "`number` of the GPU")
	flags.IntVar(&o.runs, "runs", 200, "`number` of runs to measure")
	flags.StringVar(&o.variant, "variant", "linked", "`name` of the way of linking, for the report")
	flags.StringVar(&o.output, "o", "", "also write the report to this `file`")
	flags.StringVar(&o.python, "python", "python3", "the Python `program`")

	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case o.runs < 1:
		return fmt.Errorf("-runs %d: expected 1 or more", o.runs)
	}
	switch command {
	case "check":
		report, err := check(ctx, o)
		if err != nil {
			return err
		}
		return finish(report, o, stdout)
	case "peer":
		return finish(peer(ctx, o), o, stdout)
	case "report":
		list, err := readReports(flags.Args())
		if err != nil {
			return err
		}
		return show(list, o, stdout)
	case "measure": // in a process of its own
		return measureHere(ctx, o, flags.Arg(0), stdout)
	case "end": // in a process of its own
		return end(ctx, o, flags.Arg(0))
	default:
		flags.Usage()
		return fmt.Errorf("unknown command %q", command)
	}
}

// finish writes and shows one report.
func finish(r report, o options, stdout io.Writer) error {
	if o.output != "" {
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.output, append(text, '\n'), 0o644); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	return show([]report{r}, o, stdout)
}
