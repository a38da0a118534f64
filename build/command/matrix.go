package command

import (
	"context"
	"io"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

// Matrix runs rows of the matrix in containers. A row that fails does not stop the others; at the end it is an error.
func Matrix(ctx context.Context, c *Command) error {
	m, err := matrix.Load(c.Root)
	if err != nil {
		return err
	}
	rows, err := m.Choose(c.Settings.Rows)
	if err != nil {
		return err
	}
	steps, err := m.ChooseSteps(c.Settings.Steps)
	if err != nil {
		return err
	}
	if rows, err = m.Having(rows, steps); err != nil {
		return err
	}
	engine, err := matrix.FindEngine(ctx, c.Runner, c.Settings.Engine)
	if err != nil {
		return err
	}
	host, err := matrix.ThisHost(ctx, c.Runner, c.Settings, c.Root)
	if err != nil {
		return err
	}
	c.Console.Line("%-14s %s, %d rows", "matrix", engine.Name(), len(rows))
	runner := &matrix.Runner{
		Engine: engine, Host: host, Stamp: time.Now().Format("20060102-150405"), Line: c.Console.Line,
		Open: func(log io.Writer) run.Runner { return &run.Exec{Env: c.Settings.Programs, Log: log} },
	}
	results, stopped := runner.Run(ctx, m, rows, steps)
	err = c.Print(struct {
		Engine string          `json:"engine"`
		Rows   []matrix.Result `json:"rows"`
	}{engine.Name(), results}, func(w io.Writer) error { return report.Table(w, matrix.Table(results)) })
	switch {
	case stopped != nil:
		return stopped
	case err != nil:
		return err
	}
	return matrix.Verdict(results, c.Settings.CI)
}
