package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clock gives a console a time that the test moves.
func clock(c *Console) func(time.Duration) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c.now = func() time.Time { return now }
	return func(d time.Duration) { now = now.Add(d) }
}

func TestPlainPhaseTellsProgressNowAndThen(t *testing.T) {
	t.Parallel()
	var out, log bytes.Buffer
	c := New(&out, false, &log)
	pass := clock(c)

	p := c.Phase("compile")
	progress := p.Progress(Steps)
	for done := range int64(100) { // a step a second
		pass(time.Second)
		progress(done+1, 100)
	}
	p.Done("%d steps", 100)

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 1+10+1)
	require.Equal(t, "compile    …", lines[0])
	require.Equal(t, "compile    10/100, 1m30s left", lines[1])
	require.Equal(t, "compile    100 steps (1m40s)", lines[11])
	require.Contains(t, log.String(), "03:04:15 compile    10/100")
}

func TestBytesOfUnknownTotalHaveNoTimeLeft(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := New(&out, false, nil)
	pass := clock(c)
	p := c.Phase("fetch")
	pass(quiet)
	p.Progress(Bytes)(38_000_000, -1)
	p.Failed()
	require.Equal(t, "fetch      …\nfetch      38 MB\nfetch      failed (10s)\n", out.String())
}

func TestTerminalShowsABarAndThenOneLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := New(&out, true, nil)
	p := c.Phase("compile")
	p.Progress(Steps)(1, 2)
	p.Done("2 steps")
	require.Contains(t, out.String(), "compile    2 steps (")
}

func TestTableAligns(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, Table(&out, [][]string{{"version", "1.21.0"}, {"size", "88 MB"}}))
	require.Equal(t, "version  1.21.0\nsize     88 MB\n", out.String())
}
