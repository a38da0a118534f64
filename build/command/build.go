package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// summary is what a script wants to know of a build.
type summary struct {
	Version   string  `json:"version"`
	Platform  string  `json:"platform"`
	Providers string  `json:"providers"`
	Linking   string  `json:"linking,omitempty"` // of providers beside the CPU's
	Size      int64   `json:"size"`              // bytes of the install tree
	Store     string  `json:"store"`
	Key       string  `json:"key"`
	Content   string  `json:"content"`
	Found     bool    `json:"found"` // it was in the store already
	Seconds   float64 `json:"seconds"`
}

func summarize(r plan.Result) summary {
	return summary{
		Version: r.Spec.Version, Platform: r.Spec.Platform.String(), Providers: r.Spec.ProviderNames(),
		Linking: string(r.Spec.Linking), Size: r.Entry.Size,
		Store: r.Entry.Dir, Key: r.Entry.Key.ID().String(), Content: r.Entry.Content.String(), Found: r.Found,
		Seconds: r.Took.Seconds(),
	}
}

// table writes the summary for a person.
func (s summary) table(r plan.Result) func(io.Writer) error {
	took := report.Duration(r.Took).String()
	if s.Found {
		took += ", found in the store"
	}
	return func(w io.Writer) error {
		return report.Table(w, [][]string{
			{"version", s.Version},
			{"platform", s.Platform},
			{"providers", strings.TrimSpace(s.Providers + " " + s.Linking)},
			{"size", humanize.Bytes(uint64(s.Size))}, //nolint:gosec // a size
			{"store", s.Store},
			{"time", took},
		})
	}
}

// BuildCPU builds the library with the CPU provider, and with the others that the settings ask for.
func BuildCPU(ctx context.Context, c *Command) error {
	s, err := c.Builder.Spec(c.Builder.Version())
	if err != nil {
		return err
	}
	return c.build(ctx, s)
}

// BuildCUDA returns the command that builds the library with the CUDA provider, in one form of linking.
func BuildCUDA(linking spec.Linking) func(context.Context, *Command) error {
	return func(ctx context.Context, c *Command) error {
		s, err := c.Builder.Spec(c.Builder.Version(), spec.CUDA)
		if err != nil {
			return err
		}
		return c.build(ctx, plan.With(s, linking))
	}
}

// BuildCoreML builds the library with the CoreML provider inside it. Only a Mac can.
func BuildCoreML(ctx context.Context, c *Command) error {
	s, err := c.Builder.Spec(c.Builder.Version(), spec.CoreML)
	if err != nil {
		return err
	}
	return c.build(ctx, s)
}

func (c *Command) build(ctx context.Context, s spec.Spec) error {
	result, err := c.Builder.Build(ctx, s)
	if err != nil {
		return err
	}
	summary := summarize(result)
	return c.Print(summary, func(w io.Writer) error {
		if err := summary.table(result)(w); err != nil {
			return err
		}
		manifest, err := install.ReadManifest(filepath.Join(result.Entry.Dir, install.ManifestFile))
		if err != nil || manifest.Audit == nil {
			return err
		}
		_, err = io.WriteString(w, manifest.Audit.DeviceText())
		return err
	})
}

// buildReachable builds the release that was asked for or, where none was, the newest one that the network reaches.
func (c *Command) buildReachable(ctx context.Context) (plan.Result, error) {
	version, err := c.Builder.Reachable(ctx)
	if err != nil {
		return plan.Result{}, err
	}
	s, err := c.Builder.Spec(version)
	if err != nil {
		return plan.Result{}, err
	}
	return c.Builder.Build(ctx, s)
}

// Run builds the library, links the sample program with it, and runs that.
func Run(ctx context.Context, c *Command) error {
	result, err := c.buildReachable(ctx)
	if err != nil {
		return err
	}
	return c.sample(ctx, result)
}

// sample links the sample program with a build, and runs it if its programs run here.
func (c *Command) sample(ctx context.Context, result plan.Result) error {
	user := c.emulating(result)
	if result.Target.Platform.OS != spec.Host().OS { // Go's own runtime wants that system's libraries
		c.Console.Line("note: %v", runsHere(result.Target))
		s := summarize(result)
		return c.Print(s, s.table(result))
	}
	program := c.samplePath(result)
	phase := c.Console.Phase("link")
	if err := user.BuildSample(ctx, program); err != nil {
		phase.Failed()
		return err
	}
	phase.Done("%s", program)
	if err := auditSample(result, program); err != nil {
		return err
	}

	s := summarize(result)
	if err := runsHere(result.Target); err != nil {
		c.Console.Line("note: %v", err)
		return c.Print(s, s.table(result))
	}
	if !c.Settings.JSON {
		if err := user.RunSample(ctx, c.Out, program); err != nil {
			return err
		}
		return s.table(result)(c.Out)
	}
	var sample bytes.Buffer
	if err := user.RunSample(ctx, &sample, program, "-json"); err != nil {
		return err
	}
	return c.Print(struct {
		summary
		Sample json.RawMessage `json:"sample"`
	}{s, sample.Bytes()}, nil)
}

// samplePath has a folder for each library: two runs at once must not run one another's program.
func (c *Command) samplePath(result plan.Result) string {
	return filepath.Join(c.Settings.Home, "programs", result.Entry.ID(), "quickstart")
}

// auditSample proves that a sample program for another platform is what that promises: static for musl, for no newer glibc.
func auditSample(result plan.Result, program string) error {
	if result.Target.IsMachine() { // there the tests of build/consumer do it
		return nil
	}
	linked, err := audit.Program(program)
	if err != nil {
		return err
	}
	if problems := linked.Problems(result.Spec.Platform); len(problems) > 0 {
		return &fault.Error{
			Op: "audit the sample program", On: program, Err: errors.New(strings.Join(problems, "; ")),
			Hint: "this is a fault of the builder, or of the compilers: report it with these lines",
		}
	}
	return nil
}
