// Package audit finds out what a merged archive really is, before anybody links it.
//
//	report, err := audit.Inspect(ctx, runner, audit.Input{Archive: "libonnxruntime.a", Stats: stats, …})
//	fmt.Print(report.Text())
//	if problems := report.Problems(); len(problems) > 0 { … }
//
// Two kinds of facts are gathered. Each object is read on its own: is it an object for this machine, does it ask for
// an executable stack, does it name folders of the build machine, does it define what another one defines too? And the
// archive is linked as a whole into a shared library, which proves that nothing is missing from it and shows what it
// needs from the system.
package audit

import (
	"context"
	"debug/elf"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Input says what to inspect.
type Input struct {
	Archive  string        // path of the merged archive
	Stats    archive.Stats // what was merged into it
	Platform spec.Platform // what it was built for
	Private  []string      // folders that the archive must not name: source, build and home folder
	CXX      string        // compiler driver that links
	MacOS    string        // newest macOS that an object for it may ask for, "13.3"; empty: any

	// Kernels are functions that the archive must define. They are machine code for newer processors of the platform:
	// a build that takes the target for another processor leaves them out, and is slow in silence.
	Kernels []string

	// Libraries are shared libraries that the providers inside the archive may need: paths, linked with it.
	Libraries []string
	// Beside are shared libraries of providers that stand beside the archive: paths.
	Beside []string

	Device       []DeviceLibrary // libraries that should have code for GPUs; the archive itself may be one
	Capabilities string          // what they should have code for, "9.0a 12.0a 12.0+PTX"; empty: not compared
}

// Report is what [Inspect] found. It names no folder of this machine but those of leaks.
type Report struct {
	Archive    string              `json:"archive"` // base name
	Platform   string              `json:"platform"`
	Bytes      int64               `json:"bytes"` // size of the archive as a file
	Archives   int                 `json:"archives"`
	Merged     int                 `json:"merged"`              // objects of those archives
	Objects    int                 `json:"objects"`             // objects of this archive: as many
	Components []archive.Component `json:"components"`          // the largest first
	Undefined  []Undefined         `json:"undefined,omitempty"` // what the archive needs and nothing defines
	Linked     *Linked             `json:"linked"`              // the archive as a shared library; nil if it does not link
	System     *System             `json:"macos,omitempty"`     // of an archive for macOS
	External   []string            `json:"external,omitempty"`  // shared libraries that it needs beside the system's
	Missing    []string            `json:"missing,omitempty"`   // of Input.Kernels
	Findings   []Finding           `json:"findings,omitempty"`  // what is wrong with single objects
	Beside     []SharedLibrary     `json:"beside,omitempty"`    // providers in libraries of their own

	Capabilities string   `json:"capabilities,omitempty"` // what code for GPUs was asked for
	Device       []Device `json:"device,omitempty"`       // and what there is, by library
}

// machines has the platforms whose archives can be inspected, whatever the C library.
var machines = map[spec.Platform]elf.Machine{
	{OS: "linux", Arch: "amd64"}: elf.EM_X86_64,
	{OS: "linux", Arch: "arm64"}: elf.EM_AARCH64,
}

// Inspect reads the archive and links it. What is wrong with the archive is in the report; an error says that the
// audit itself could not be done.
func Inspect(ctx context.Context, runner run.Runner, in Input) (Report, error) {
	bare := spec.Platform{OS: in.Platform.OS, Arch: in.Platform.Arch}
	machine, ok := machines[bare]
	cpu, mac := cpus[bare]
	if !ok && !mac {
		return Report{}, fmt.Errorf("auditing %q: no audit is known for %s", in.Archive, in.Platform)
	}
	report := Report{
		Archive: filepath.Base(in.Archive), Platform: in.Platform.String(), Bytes: in.Stats.Bytes,
		Archives: len(in.Stats.Parts), Merged: in.Stats.Members, Components: in.Stats.Components(),
		Capabilities: in.Capabilities,
	}
	if mac {
		return inspectMachO(ctx, runner, in, report, cpu)
	}
	for _, library := range in.Libraries {
		name, err := soname(library)
		if err != nil {
			return Report{}, fmt.Errorf("auditing %q: %w", in.Archive, err)
		}
		report.External = append(report.External, name)
	}
	for _, path := range in.Beside {
		library, err := Shared(path, in.Private)
		if err != nil {
			return Report{}, fmt.Errorf("auditing what stands beside %q: %w", in.Archive, err)
		}
		report.Beside = append(report.Beside, library)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return scan(ctx, in, machine, &report)
	})
	group.Go(func() (err error) {
		report.Linked, report.Undefined, err = closure(ctx, runner, in)
		return err
	})
	group.Go(func() (err error) {
		report.Device, err = devices(in.Device, in.Capabilities)
		return err
	})
	if err := group.Wait(); err != nil {
		return Report{}, fmt.Errorf("auditing %q: %w", in.Archive, err)
	}
	if report.Linked != nil { // the link tells which of them are needed
		report.External = slices.DeleteFunc(report.External, func(name string) bool { return !slices.Contains(report.Linked.Needed, name) })
	}
	return report, nil
}
