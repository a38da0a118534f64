package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"al.essio.dev/pkg/shellescape"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// Doctor examines the machine.
func Doctor(ctx context.Context, c *Command) error {
	r, err := c.Builder.Releases(c.Builder.Version())
	if err != nil {
		return err
	}
	s, err := c.Builder.Spec(c.Builder.Version())
	if err != nil {
		return err
	}
	target, err := c.Builder.Target()
	if err != nil {
		return err
	}
	want := c.Builder.Want(target, r.Protoc)
	want.Binutils = len(s.Separate()) > 0
	want.Libtool = plan.MergesWithLibtool(s)
	findings, err := c.Builder.Tools.Doctor(ctx, want)
	if err != nil {
		return err
	}
	homes, err := c.Builder.ExamineHomes(ctx, s)
	if err != nil {
		return err
	}
	findings = append(findings, homes...)
	if err := c.Print(findings, func(w io.Writer) error { return toolchain.WriteFindings(w, findings) }); err != nil {
		return err
	}
	if !toolchain.Fit(findings) {
		return &fault.Error{Op: "examine this machine", Err: errors.New("a build can't work here yet"), Hint: "do what the table says"}
	}
	return nil
}

// fetched tells of one input.
type fetched struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Path   string `json:"path"`
}

func (c *Command) fetchInputs(ctx context.Context, s spec.Spec) ([]release.Pin, []fetch.File, error) {
	phase := c.Console.Phase("fetch")
	pins, files, err := c.Builder.FetchInputs(ctx, s, phase.Progress(report.Bytes))
	if err != nil {
		phase.Failed()
		return nil, nil, err
	}
	phase.Done("%d files", len(files))
	return pins, files, nil
}

// Fetch fetches all inputs.
func Fetch(ctx context.Context, c *Command) error {
	s, err := c.Builder.Spec(c.Builder.Version())
	if err != nil {
		return err
	}
	pins, files, err := c.fetchInputs(ctx, s)
	if err != nil {
		return err
	}
	list := make([]fetched, len(pins))
	rows := make([][]string, len(pins))
	for i, pin := range pins {
		list[i] = fetched{pin.Name, files[i].SHA256.String(), files[i].Size, files[i].Path}
		rows[i] = []string{pin.Name, files[i].SHA256.Short(), files[i].Path}
	}
	return c.Print(list, func(w io.Writer) error { return report.Table(w, rows) })
}

// Vendor returns the command that copies all inputs to dir.
func Vendor(dir string) func(context.Context, *Command) error {
	return func(ctx context.Context, c *Command) error {
		dir, err := folder(dir)
		if err != nil {
			return err
		}
		s, err := c.Builder.Spec(c.Builder.Version())
		if err != nil {
			return err
		}
		pins, files, err := c.fetchInputs(ctx, s)
		if err != nil {
			return err
		}
		for i := range pins {
			pins[i].SHA256 = files[i].SHA256 // deps.txt may have pinned it by SHA-1 alone
		}
		tools, err := c.fetchTools(ctx, s)
		if err != nil {
			return err
		}
		pins = append(pins, tools...)
		if err := c.Builder.Fetch.Vendor(ctx, pins, dir); err != nil {
			return err
		}
		return c.Print(map[string]any{"dir": dir, "files": len(pins)}, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "%d files in %s\nuse them with: ORT_MIRROR=%s ORT_OFFLINE=1 ORT_VERSION=%s %s\n",
				len(pins), dir, shellescape.Quote(dir), c.Builder.Version(), c.buildCommand(s))
			return err
		})
	}
}

// buildCommand is what a person types for a build of the kind with the toolkit that was asked for.
func (c *Command) buildCommand(s spec.Spec) string {
	line := plan.BuildCommand(s)
	if version := c.Settings.CUDA.Version; version != "" && s.Has(spec.CUDA) {
		line = "ORT_CUDA_VERSION=" + shellescape.Quote(version) + " " + line
	}
	return line
}

// fetchTools fetches one archive of each tool, as far as one can be reached: a machine that has the tools needs none of
// them.
func (c *Command) fetchTools(ctx context.Context, s spec.Spec) ([]release.Pin, error) {
	r, err := c.Builder.Releases(c.Builder.Version())
	if err != nil {
		return nil, err
	}
	target, err := c.Builder.Target()
	if err != nil {
		return nil, err
	}
	want := c.Builder.Want(target, r.Protoc)
	want.Patchelf = len(s.Separate()) > 0 // for a bundle
	tools, err := toolchain.Pins(spec.Host(), want)
	if err != nil {
		return nil, err
	}
	var fetched []release.Pin
	for _, pins := range tools {
		pin, err := c.fetchFirst(ctx, pins)
		switch {
		case err == nil:
			fetched = append(fetched, pin)
		case ctx.Err() != nil:
			return nil, err
		default:
			c.Console.Line("note: %s is left out, the machine without network must have it: %v", pins[0].Name, err)
		}
	}
	return fetched, nil
}

// fetchFirst fetches the first of the pins that can be had.
func (c *Command) fetchFirst(ctx context.Context, pins []release.Pin) (release.Pin, error) {
	var failures []error
	for _, pin := range pins {
		_, err := c.Builder.Fetch.Fetch(ctx, pin, nil)
		if err == nil {
			return pin, nil
		}
		if failures = append(failures, err); ctx.Err() != nil {
			break
		}
	}
	return release.Pin{}, errors.Join(failures...)
}

// Audit shows what the audit of the last build found.
func Audit(_ context.Context, c *Command) error {
	_, entry, err := c.last()
	if err != nil {
		return err
	}
	manifest, err := install.ReadManifest(filepath.Join(entry.Dir, install.ManifestFile))
	if err != nil {
		return err
	}
	if manifest.Audit == nil {
		return fmt.Errorf("%s has no audit: %w", entry.Dir, os.ErrNotExist)
	}
	found := *manifest.Audit
	return c.Print(found, func(w io.Writer) error {
		_, err := io.WriteString(w, found.Text())
		return err
	})
}
