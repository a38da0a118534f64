package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bench"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/peer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
)

// rounds is how often every program of a comparison runs.
const rounds = 10

// Bench measures the builder, and ortwrap against plain onnxruntime_go and against Microsoft's library, on a build that
// it makes where there is none.
func Bench(ctx context.Context, c *Command) error {
	store := run.Cmd{Path: "go", Args: []string{"test", "-run", "^$", "-bench", ".", "-benchmem", "./build/store"}, Dir: c.Root}
	if err := c.check(ctx, store); err != nil {
		return err
	}
	result, err := c.buildReachable(ctx)
	if err != nil {
		return err
	}
	version := result.Spec.Version
	dir, err := os.MkdirTemp("", "onnxruntime-bench-")
	if err != nil {
		return fmt.Errorf("making a folder for the programs: %w", err)
	}
	defer os.RemoveAll(dir)
	library, err := c.peerLibrary(ctx, version)
	if err != nil {
		c.Console.Line("note: nothing is compared with Microsoft's library: %v", err)
	}
	user := c.consumer(result)
	user.Out = c.Err
	if err := c.benchModels(ctx, version, filepath.Join(dir, "models")); err != nil {
		return err
	}
	programs, err := benchPrograms(ctx, user, dir, library)
	if err != nil {
		return err
	}
	phase := c.Console.Phase("measure")
	samples, err := bench.Rounds(ctx, c.Runner, rounds, programs, phase.Progress(report.Steps))
	if err != nil {
		phase.Failed()
		return err
	}
	phase.Done("%d programs, %d rounds", len(programs), rounds)
	size, err := sectionGC(ctx, user, dir)
	if err != nil {
		return err
	}
	return c.printRatios(append(bench.Compare(samples, ratios), size))
}

// peerLibrary is the shared library to compare with.
func (c *Command) peerLibrary(ctx context.Context, version string) (string, error) {
	if c.Settings.Peer != "" {
		return c.Settings.Peer, nil
	}
	r, err := c.Builder.Releases(version)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(c.Settings.Home, "tools", "peer")
	return peer.Library(ctx, c.Runner, r.Peer, plan.CPU(r.Version).Platform, dir)
}

// benchModels unpacks the networks that come with ONNX's tests: real architectures, with made up weights.
func (c *Command) benchModels(ctx context.Context, version, dir string) error {
	onnx, err := c.Builder.FetchDependency(ctx, plan.CPU(version), "onnx")
	if err != nil {
		return err
	}
	return unpack.Part(ctx, onnx.Path, dir, func(name string) (string, bool, error) {
		_, light := strings.CutPrefix(path.Base(name), "light_")
		return path.Base(name), light && path.Ext(name) == ".onnx", nil
	})
}

// link is a way in which a program gets ONNX Runtime: the flags that choose it, and what it needs when it runs.
type link struct {
	name   string
	tags   string
	flags  string // for the linker
	env    []string
	sample bool // only the sample program is of interest
}

// links are the ways to compare: the library inside the program, all libraries inside it and, where there is a shared
// one, that one opened when the program runs.
func links(library string) []link {
	list := []link{{name: "static"}, {name: "fully-static", flags: " -linkmode external -extldflags=-static", sample: true}}
	if library != "" {
		list = append(list, link{name: "runtime", tags: "ortwrap_dlopen", env: []string{"ORTWRAP_LIBRARY=" + library}})
	}
	return list
}

// benchPrograms compiles what is measured: ortwrap's benchmarks and the sample program, linked in every way.
func benchPrograms(ctx context.Context, user *consumer.Consumer, dir, library string) ([]bench.Program, error) {
	var programs []bench.Program
	for _, l := range links(library) {
		tests, sample := filepath.Join(dir, l.name+".test"), filepath.Join(dir, l.name)
		cmds := []run.Cmd{
			user.Go("ortwrap", "build", "-tags", l.tags, "-trimpath", "-ldflags=-s -w"+l.flags, "-o", sample, "./examples/quickstart"),
		}
		if !l.sample {
			cmds = append(cmds, user.Go("ortwrap", "test", "-c", "-tags", l.tags, "-o", tests, "."))
		}
		for _, cmd := range cmds {
			if err := user.Runner.Run(ctx, cmd); err != nil {
				return nil, fmt.Errorf("compiling what is measured (%s): %w", l.name, err)
			}
		}
		env := append([]string{"ORTWRAP_MODELS=" + filepath.Join(dir, "models")}, l.env...)
		programs = append(programs, bench.Program{Name: l.name, Cmd: run.Cmd{Path: sample, Env: env}, Whole: "Start"})
		if !l.sample {
			programs = append(programs, bench.Program{Name: l.name, Cmd: run.Cmd{
				Path: tests, Args: []string{"-test.run=^$", "-test.bench=.", "-test.benchtime=50ms"},
				Dir: filepath.Join(user.Root, "ortwrap"), Env: env,
			}})
		}
	}
	return programs, nil
}

// sectionGC says what the sample program shrinks to when the linker may leave out functions that nothing calls.
func sectionGC(ctx context.Context, user *consumer.Consumer, dir string) (bench.Result, error) {
	sizes := map[string]float64{}
	for _, flag := range []string{"--no-gc-sections", "--gc-sections"} {
		path := filepath.Join(dir, "sample"+flag)
		cmd := user.Go("ortwrap", "build", "-trimpath", "-ldflags=-s -w -extldflags=-Wl,"+flag, "-o", path, "./examples/quickstart")
		if err := user.Runner.Run(ctx, cmd); err != nil {
			return bench.Result{}, fmt.Errorf("linking the sample program with %s: %w", flag, err)
		}
		info, err := os.Stat(path)
		if err != nil {
			return bench.Result{}, err
		}
		sizes[flag] = float64(info.Size())
	}
	return bench.Result{Name: "size-with-gc-sections", Value: sizes["--gc-sections"] / sizes["--no-gc-sections"]}, nil
}

// ratios are the comparisons about which the project makes promises: docs/benchmarks.md has them.
var ratios = []bench.Ratio{
	within("run-to-onnxruntime_go", "Run/*/ortwrap", "Run/*/onnxruntime_go"),
	within("bound-to-onnxruntime_go", "Run/*/bound", "Run/*/onnxruntime_go_preallocated"),
	against("models-to-microsoft", "Model/*"),
	against("small-models-to-microsoft", "Run/*/ortwrap"),
	against("open-to-microsoft", "Open"),
	against("start-to-runtime-opening", "Start"),
	{
		Name: "fully-static-start-to-runtime-opening",
		Of:   bench.Series{Program: "fully-static", Name: "Start"}, To: bench.Series{Program: "runtime", Name: "Start"},
	},
	within("2-callers-to-1", "Callers/2", "Callers/1"),
	within("4-callers-to-1", "Callers/4", "Callers/1"),
	within("8-callers-to-1", "Callers/8", "Callers/1"),
}

// within compares two benchmarks of the static program.
func within(name, of, to string) bench.Ratio {
	return bench.Ratio{Name: name, Of: bench.Series{Program: "static", Name: of}, To: bench.Series{Program: "static", Name: to}}
}

// against compares the static program with the one that opens Microsoft's library.
func against(name, benchmark string) bench.Ratio {
	return bench.Ratio{
		Name: name, Of: bench.Series{Program: "static", Name: benchmark}, To: bench.Series{Program: "runtime", Name: benchmark},
	}
}

// printRatios writes a table, then a line "ratio NAME VALUE" for each comparison, for scripts.
func (c *Command) printRatios(results []bench.Result) error {
	return c.Print(results, func(w io.Writer) error {
		rows := [][]string{{"comparison", "of", "time", "against", "ratio"}}
		for _, r := range results {
			for _, p := range r.Parts {
				rows = append(rows, []string{r.Name, p.Name, duration(p.Of), duration(p.To), fmt.Sprintf("%.3f", p.Value)})
			}
		}
		if err := report.Table(w, rows); err != nil {
			return err
		}
		for _, r := range results {
			fmt.Fprintf(w, "ratio %s %.3f\n", r.Name, r.Value)
		}
		return nil
	})
}

func duration(seconds float64) string {
	return time.Duration(seconds * float64(time.Second)).String()
}
