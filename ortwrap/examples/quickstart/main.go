// Command quickstart runs a model with the ONNX Runtime that is linked into it: it reads ten written digits, says what
// they are, and compares its numbers with those that it should get.
//
//	quickstart          a report for people
//	quickstart -json    the same for programs
//
// It exits with 1 where a number differs or anything fails.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	asJSON := flags.Bool("json", false, "print the result as JSON")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	result, err := classify(ctx)
	if err != nil {
		return err
	}
	write := result.text
	if *asJSON {
		write = result.json
	}
	if err := write(stdout); err != nil {
		return err
	}
	return result.check()
}
