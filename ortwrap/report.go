package ortwrap

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// String is a table with a line for each tensor, the problems, and a last line that says how many there are:
//
//	output         type     shape   count  zeros  non-finite  min       max    mean  deviation
//	probabilities  float32  [1 10]  10     0      0           2.35e-07  0.957  0.1   0.286
//	valid: no problems in 1 tensor
func (r Report) String() string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "output\ttype\tshape\tcount\tzeros\tnon-finite\tmin\tmax\tmean\tdeviation")
	for _, s := range r.Outputs {
		fmt.Fprintln(w, strings.Join(s.row(), "\t"))
	}
	w.Flush() // a strings.Builder takes everything
	problems := r.Problems()
	for _, p := range problems {
		fmt.Fprintln(&out, p)
	}
	if len(problems) == 0 {
		fmt.Fprintf(&out, "valid: no problems in %s", counted(len(r.Outputs), "tensor"))
	} else {
		fmt.Fprintf(&out, "not valid: %s in %s", counted(len(problems), "problem"), counted(len(r.Outputs), "tensor"))
	}
	return out.String()
}

// row is the line of the table, with a dash for what a tensor does not have.
func (s Statistics) row() []string {
	row := []string{s.Name, s.Type, fmt.Sprint(s.Shape), fmt.Sprint(s.Count), "-", "-", "-", "-", "-", "-"}
	nonFinite := s.NaN + s.PositiveInfinity + s.NegativeInfinity
	if s.Finite+nonFinite > 0 {
		row[4], row[5] = fmt.Sprint(s.Zeros), fmt.Sprint(nonFinite)
	}
	if s.Finite > 0 {
		for i, x := range []float64{s.Min, s.Max, s.Mean, s.Deviation} {
			row[6+i] = fmt.Sprintf("%.3g", x) //nolint:gosec // it has ten
		}
	}
	return row
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
