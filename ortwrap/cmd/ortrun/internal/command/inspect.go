package command

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func (a *app) inspect() *cobra.Command {
	asJSON := false
	c := oneModel(&cobra.Command{
		Use:   "inspect MODEL",
		Short: "Describe a model",
		Long: `Describe a model: its inputs and outputs, opsets, metadata, size, parameters, operators, and data in other
files.

A model that ONNX Runtime can't open is described as far as its file can be read, with the reason.`,
		Example: "  ortrun inspect model.onnx\n  ortrun inspect model.onnx --json",
		RunE: func(_ *cobra.Command, args []string) error {
			d, err := describeModel(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, d)
			}
			d.print(a.out)
			return nil
		},
	})
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// describeModel reads the file and opens the model. One of both may fail.
func describeModel(path string) (*description, error) {
	d := &description{Path: path, Inputs: []port{}, Outputs: []port{}}
	unread := d.readFile()
	session, err := ortwrap.NewSession().FromFile(path).WithOptimization(ortwrap.OptimizeNone).WithThreads(1).Open()
	if err != nil {
		if unread != nil {
			return nil, err
		}
		var failure *ortwrap.Error
		if errors.As(err, &failure) { // the file's name is known
			err = failure.Err
		}
		d.Problem = oneLine(err)
		return d, nil
	}
	defer session.Close()
	if unread != nil {
		d.Unread = oneLine(unread)
	}
	d.Usable = true
	d.Inputs, d.Outputs = ports(session.Inputs()), ports(session.Outputs())
	return d, nil
}

func (d *description) print(w io.Writer) {
	rows := [][]string{{"file", fmt.Sprintf("%s, %s", d.Path, size(d.Size))}}
	if d.Unread != "" {
		rows = append(rows, []string{"file format", "not read: " + d.Unread})
	} else {
		rows = append(rows, d.summary()...)
	}
	usable := "yes, with ONNX Runtime " + ortwrap.Version()
	if !d.Usable {
		usable = "no: " + d.Problem
	}
	table(w, append(rows, []string{"usable", usable})...)
	if d.Usable {
		indented(w, "\ninputs", portRows(d.Inputs)...)
		indented(w, "\noutputs", portRows(d.Outputs)...)
	}
	var operators, metadata, external [][]string
	for _, o := range d.Operators {
		operators = append(operators, []string{o.Name, grouped(o.Count)})
	}
	indented(w, "\noperators", operators...)
	for _, key := range slices.Sorted(maps.Keys(d.Metadata)) {
		metadata = append(metadata, []string{key, unbroken(d.Metadata[key])})
	}
	indented(w, "\nmetadata", metadata...)
	for _, e := range d.External {
		state := "there"
		if e.Missing {
			state = "missing"
		}
		external = append(external, []string{e.File, fmt.Sprintf("%d tensors", e.Tensors), size(e.Bytes), state})
	}
	indented(w, "\ndata in other files", external...)
}

// summary is what the file says, without empty rows.
func (d *description) summary() [][]string {
	var opsets []string
	for _, domain := range slices.Sorted(maps.Keys(d.Opsets)) {
		opsets = append(opsets, fmt.Sprintf("%s %d", domain, d.Opsets[domain]))
	}
	producer := strings.TrimSpace(d.Producer + " " + d.ProducerVersion)
	var rows [][]string
	for _, row := range [][]string{
		{"format", fmt.Sprintf("ONNX IR %d", d.IR)},
		{"opsets", strings.Join(opsets, ", ")},
		{"producer", producer},
		{"domain", d.Domain},
		{"version", nonZero(d.Version)},
		{"description", unbroken(d.Doc)},
		{"graph", d.Graph},
		{"nodes", grouped(int64(d.Nodes))},
		{"functions", nonZero(int64(d.Functions))},
		{"parameters", parameters(d.Parameters, d.ParameterBytes)},
	} {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

// parameters is "0" or a count with its size.
func parameters(count, bytes int64) string {
	if count == 0 {
		return "0"
	}
	return grouped(count) + ", " + size(bytes)
}

// nonZero is "" for 0.
func nonZero(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func portRows(list []port) [][]string {
	if len(list) == 0 {
		return [][]string{{"none"}}
	}
	var rows [][]string
	for _, p := range list {
		rows = append(rows, []string{p.Name, p.Type, p.text()})
	}
	return rows
}
