package command

import (
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// maxRows bounds how many rows of an output --top shows.
const maxRows = 100

// printTop shows the largest elements of each row of the outputs that look like those of a classifier: floating-point
// numbers in one or two dimensions, the last one that of the classes.
func (a *app) printTop(s *ortwrap.Session, outputs map[string]ortwrap.Value, k int, labels []string) error {
	printed := 0
	for _, info := range s.Outputs() {
		v := outputs[info.Name]
		if classes(v) == 0 {
			continue
		}
		if printed++; printed > 1 {
			fmt.Fprintln(a.out)
		}
		if err := a.printScores(info.Name, v, k, labels); err != nil {
			return fmt.Errorf("output %q: %w", info.Name, err)
		}
	}
	if printed == 0 {
		return fmt.Errorf("no output has scores of classes (numbers in one or two dimensions): the model gives %s: "+
			"leave out --top", shapes(outputs))
	}
	return nil
}

// classes is the number of classes that a value has scores of, and 0 where it has none. As in ortwrap.Rows, dimensions
// of 1 after the first two count for nothing.
func classes(v ortwrap.Value) int64 {
	if v == nil || ortwrap.Kind(v.GetONNXType()) != ortwrap.KindTensor ||
		!strings.Contains(ortwrap.ElementType(v.DataType()).String(), "float") {
		return 0
	}
	shape := v.GetShape()
	if len(shape) == 0 || shape.FlattenedSize() == 0 {
		return 0
	}
	for _, d := range shape[min(2, len(shape)):] {
		if d != 1 {
			return 0
		}
	}
	return shape[min(1, len(shape)-1)]
}

func (a *app) printScores(name string, v ortwrap.Value, k int, labels []string) error {
	top, err := ortwrap.TopK(v, min(k, int(classes(v))))
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s %s\n", name, describe(v))
	header := []string{"RANK", "CLASS", "SCORE", "LABEL"}
	if len(labels) == 0 {
		header = header[:3]
	}
	if len(top) > 1 {
		header = append([]string{"ROW"}, header...)
	}
	rows := [][]string{header}
	for i, scores := range top[:min(len(top), maxRows)] {
		for rank, score := range scores {
			row := []string{fmt.Sprint(rank + 1), fmt.Sprint(score.Index), fmt.Sprintf("%.6g", score.Value)}
			if len(labels) > 0 {
				row = append(row, label(labels, score.Index))
			}
			if len(top) > 1 {
				row = append([]string{fmt.Sprint(i)}, row...)
			}
			rows = append(rows, row)
		}
	}
	table(a.out, rows...)
	if left := len(top) - maxRows; left > 0 {
		fmt.Fprintf(a.out, "and %d more rows\n", left)
	}
	return nil
}

// label is a class's line in the file of labels.
func label(labels []string, class int) string {
	if class >= len(labels) {
		return "(no label)"
	}
	return strings.TrimSpace(labels[class])
}
