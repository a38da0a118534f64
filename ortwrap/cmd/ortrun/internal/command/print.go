package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// table prints rows of cells in columns.
func table(w io.Writer, rows ...[]string) {
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	t.Flush() // a strings.Builder takes everything
	for line := range strings.Lines(text.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n")) // empty cells at the end
	}
}

// indented prints rows below a heading; nothing where there are none.
func indented(w io.Writer, heading string, rows ...[]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintln(w, heading)
	for _, row := range rows {
		row[0] = "  " + row[0]
	}
	table(w, rows...)
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// brief is a time with three digits: "1.23ms".
func brief(d time.Duration) string {
	switch {
	case d <= 0:
		return "0"
	case d < time.Microsecond:
		return fmt.Sprintf("%dns", d)
	case d < time.Millisecond:
		return digits3(float64(d)/1e3) + "µs"
	case d < time.Second:
		return digits3(float64(d)/1e6) + "ms"
	default:
		return digits3(d.Seconds()) + "s"
	}
}

// size is a number of bytes for people: "9.80 KiB".
func size(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d bytes", n)
	}
	f, unit := float64(n)/1024, 0
	for ; f >= 1024 && unit < 3; unit++ {
		f /= 1024
	}
	return digits3(f) + " " + []string{"KiB", "MiB", "GiB", "TiB"}[unit]
}

// digits3 prints at least three digits, without an exponent.
func digits3(f float64) string {
	switch {
	case f < 10:
		return fmt.Sprintf("%.2f", f)
	case f < 100:
		return fmt.Sprintf("%.1f", f)
	default:
		return fmt.Sprintf("%.0f", f)
	}
}

// grouped is a number with a comma between thousands: "1,234,567".
func grouped(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
