// Command ortrun tries an ONNX model: it describes it, runs it, measures it and compares its outputs.
//
//	ortrun inspect model.onnx
//	ortrun run model.onnx --input image=photo.png --top 5
//	ortrun bench model.onnx --threads 1,2,4
//	ortrun verify model.onnx --expected outputs.npz
//	ortrun providers
//
// Results go to the standard output, everything else to the standard error. The exit code is 0 where all went well, 1
// where a check failed, 2 for wrong use, 3 where a model or a file could not be used, and 130 after an interrupt.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/command"
)

func main() { os.Exit(start()) }

func start() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	return command.Run(ctx, os.Args[1:], command.Streams{
		Out:      os.Stdout,
		Err:      os.Stderr,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())),
	})
}
