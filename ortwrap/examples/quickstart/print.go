package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

func (r *result) json(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

func (r *result) text(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "ONNX Runtime\t%s (API %d), %s\n", r.Runtime.Version, r.Runtime.API, r.Runtime.Link)
	fmt.Fprintf(table, "providers\t%s\n", strings.Join(r.Runtime.Providers, ", "))
	fmt.Fprintf(table, "model\tdigits.onnx, %d bytes\n", r.Model.Bytes)
	fmt.Fprintf(table, "inputs\t%s\n", strings.Join(r.Model.Inputs, ", "))
	fmt.Fprintf(table, "outputs\t%s\n", strings.Join(r.Model.Outputs, ", "))
	fmt.Fprintf(table, "time\tloaded in %s, %d digits in %s\n", round(r.Opened), len(r.Digits), round(r.Ran))
	if err := table.Flush(); err != nil {
		return err
	}

	fmt.Fprintln(w)
	for start := 0; start < len(r.samples); start += 5 {
		r.pictures(w, start, min(start+5, len(r.samples)))
	}
	fmt.Fprintln(table, "digit\tread as\tprobability")
	for _, d := range r.Digits {
		fmt.Fprintf(table, "%d\t%d\t%.4f\n", d.Want, d.Got, d.Probability)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nlargest difference to the expected probabilities: %.1e (allowed: %.0e)\n",
		r.Difference, tolerance)
	return err
}

// pictures draws samples side by side, two characters a pixel.
func (r *result) pictures(w io.Writer, from, to int) {
	shades := []string{"  ", "..", "::", "++", "##"}
	for row := range 8 {
		var line strings.Builder
		for _, s := range r.samples[from:to] {
			for _, p := range s.Pixels[8*row : 8*row+8] {
				line.WriteString(shades[int(p)*(len(shades)-1)/16])
			}
			line.WriteString("  ")
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
	fmt.Fprintln(w)
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }
