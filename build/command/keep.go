package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// unused is after how long without use a build may go.
const unused = 30 * 24 * time.Hour

// List shows the store.
func List(_ context.Context, c *Command) error {
	entries, err := c.Builder.Store.List()
	if err != nil {
		return err
	}
	type row struct {
		ID       string            `json:"id"`
		Labels   map[string]string `json:"labels"`
		Size     int64             `json:"size"`
		Created  time.Time         `json:"created"`
		LastUsed time.Time         `json:"lastUsed"`
		Dir      string            `json:"dir"`
	}
	rows := []row{}
	table := [][]string{{"ID", "BUILD", "SIZE", "MADE", "USED", "FOLDER"}}
	for _, e := range entries {
		rows = append(rows, row{e.ID(), e.Labels, e.Size, e.Created, e.LastUsed, e.Dir})
		table = append(table, []string{
			e.ID()[:12], e.Labels["spec"], humanize.Bytes(uint64(e.Size)), //nolint:gosec // a size
			humanize.Time(e.Created), humanize.Time(e.LastUsed), e.Dir,
		})
	}
	return c.Print(rows, func(w io.Writer) error {
		if len(rows) == 0 {
			_, err := fmt.Fprintln(w, "the store is empty: go tool mage buildCpu")
			return err
		}
		return report.Table(w, table)
	})
}

// GC removes what nobody used for long.
func GC(ctx context.Context, c *Command) error {
	removed, failed := c.Builder.Store.GC(ctx, unused)
	if removed == nil {
		removed = []store.Removal{} // a list in JSON too
	}
	var freed int64
	for _, r := range removed {
		freed += r.Size
	}
	err := c.Print(removed, func(w io.Writer) error {
		for _, r := range removed {
			fmt.Fprintf(w, "removed %s %s (%s)\n", r.Path, r.Labels["spec"], r.Why)
		}
		_, err := fmt.Fprintf(w, "%d removed, %s freed\n", len(removed), humanize.Bytes(uint64(freed))) //nolint:gosec // a size
		return err
	})
	return errors.Join(failed, err) // what was removed is told in any case
}

// Clean removes work that was not finished, linked programs and logs.
func Clean(ctx context.Context, c *Command) error {
	if err := c.Builder.Clean(ctx); err != nil {
		return err
	}
	for _, name := range []string{"programs", "logs"} {
		if err := os.RemoveAll(filepath.Join(c.Settings.Home, name)); err != nil {
			return fmt.Errorf("cleaning: %w", err)
		}
	}
	return nil
}

// Explain shows why the next build would not come from the store.
func Explain(ctx context.Context, c *Command) error {
	s, err := c.Builder.Spec(c.Builder.Version())
	if err != nil {
		return err
	}
	diff, last, err := c.Builder.Explain(ctx, s)
	if errors.Is(err, plan.ErrNoBuild) {
		return c.Print(nil, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "%v: it would be made for the first time\n", err)
			return err
		})
	}
	if err != nil {
		return err
	}
	if diff == nil {
		diff = store.Diff{} // in JSON an empty list: null says that there is no build to compare with
	}
	return c.Print(diff, func(w io.Writer) error {
		if len(diff) == 0 {
			_, err := fmt.Fprintf(w, "nothing changed: %s would be used\n", last.Dir)
			return err
		}
		_, err := fmt.Fprintf(w, "changed since %s, made %s:\n%s\n", last.ID()[:12], humanize.Time(last.Created), diff)
		return err
	})
}
