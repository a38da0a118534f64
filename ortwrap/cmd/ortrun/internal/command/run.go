package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/emit"
)

// runFlags are the flags of run.
type runFlags struct {
	settings
	inputFlags
	output string
	top    int
	labels string
}

func (a *app) run() *cobra.Command {
	var f runFlags
	c := oneModel(&cobra.Command{
		Use:   "run MODEL",
		Short: "Run a model once and show its outputs",
		Long: `Run a model once and show its outputs: statistics of each one, or with --top the largest elements of each row.

Inputs come from files (.npy, .npz, .json, .png, .jpeg) or from the command line. Those that are not given are
random, with small integers, and the same for the same --seed. A single value or a plain list takes the model's
shape where it fits, in whatever form it comes: 5 for an input of shape [1], 64 numbers for one of shape [batch, 64].

Images get the size that the model asks for. Their pixels go from 0 to 1, then --mean is subtracted and the result
divided by --std.

With --output the outputs are also written to a file: .npz, or .json with nested lists, where numbers that JSON
lacks are the strings "NaN", "Infinity" and "-Infinity".`,
		Example: `  ortrun run model.onnx
  ortrun run model.onnx --batch 8 --dim length=128 --seed 7
  ortrun run model.onnx --input x=x.npy --input size='[224, 224]' --output y.npz
  ortrun run resnet.onnx --input cat.jpeg --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --top 5 --labels names.txt`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.check(c); err != nil {
				return err
			}
			return a.runOnce(c.Context(), args[0], &f)
		},
	})
	f.settings.flags(c, true)
	f.inputFlags.flags(c, true)
	flags := c.Flags()
	flags.StringVarP(&f.output, "output", "o", "", "`file` for the outputs: .npz or .json")
	flags.IntVar(&f.top, "top", 0, "show the largest elements of each row, this many")
	flags.StringVar(&f.labels, "labels", "", "`file` with the names of the classes, one a line, for --top")
	return c
}

func (f *runFlags) check(c *cobra.Command) error {
	switch ext := strings.ToLower(filepath.Ext(f.output)); {
	case f.output != "" && ext != ".npz" && ext != ".json":
		return usagef("--output %q: expected a name that ends in .npz or .json", f.output)
	case c.Flags().Changed("top") && f.top < 1:
		return usagef("--top %d: expected 1 or more", f.top)
	case f.labels != "" && f.top == 0:
		return usagef("--labels is of use with --top only")
	}
	return nil
}

func (a *app) runOnce(ctx context.Context, model string, f *runFlags) error {
	var labels []string
	if f.labels != "" {
		text, err := os.ReadFile(f.labels)
		if err != nil {
			return fmt.Errorf("reading labels: %w", err)
		}
		labels = strings.Split(strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n")
	}
	session, err := f.open(model)
	if err != nil {
		return err
	}
	defer session.Close()
	in, err := f.values(session, f.size)
	if err != nil {
		return err
	}
	defer destroyAll(in.values)
	a.note(in)
	begin := time.Now()
	outputs, err := session.RunNamed(ctx, in.values)
	took := time.Since(begin)
	if err != nil {
		return err
	}
	defer destroyAll(outputs)
	if f.output != "" {
		if err := emit.Write(f.output, outputs); err != nil {
			return err
		}
	}
	if f.top > 0 {
		return a.printTop(session, outputs, f.top, labels)
	}
	fmt.Fprintf(a.out, "%s on ONNX Runtime %s, %s: one run in %s\n", model, ortwrap.Version(),
		strings.Join(session.Providers(), " and "), brief(took))
	fmt.Fprintf(a.out, "inputs: %s\n\n", shapes(in.values))
	fmt.Fprintln(a.out, ortwrap.Validate(outputs))
	return nil
}
