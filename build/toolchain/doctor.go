package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// What a CPU build needs of the machine, in bytes: sources, objects and two copies of the archive; one compile job of
// the largest unity file.
const (
	minDisk   = 4 << 30
	minMemory = 3 << 30
)

// States of a [Finding].
const (
	OK       = "ok"
	Provided = "provided" // in the folder for tools
	Lacking  = "missing"
	TooOld   = "too old"
	Unfit    = "unfit" // it is there and cannot be used, as the detail says
	Low      = "low"   // less than is needed
)

// Finding is what the doctor has to say of one tool, or of the machine.
type Finding struct {
	Name    string `json:"name"`
	State   string `json:"state"` // one of the states
	Version string `json:"version,omitempty"`
	Path    string `json:"path,omitempty"`
	Detail  string `json:"detail,omitempty"` // what is needed or wrong
	Mend    string `json:"mend,omitempty"`   // command or advice; empty where nothing is to be done
	Blocks  bool   `json:"blocks"`           // a build cannot work until it is mended
}

// Doctor examines everything that a build needs of this machine. It changes nothing. The findings have a fixed order.
func (f *Finder) Doctor(ctx context.Context, want Want) ([]Finding, error) {
	files := f.files()
	defer files.save()
	s, err := f.find(ctx, want, files)
	if err != nil {
		return nil, err
	}
	rows, err := f.ways()
	if err != nil {
		return nil, err
	}
	var findings []Finding
	if s.set.CC.Path != "" {
		_, err := f.macros(ctx, s.set.CC, "c", "stddef.h")
		findings = append(findings, examinedCompiler(s.set.CC, err))
	}
	if s.set.CXX.Path != "" {
		_, err := f.macros(ctx, s.set.CXX, "c++", "cstddef")
		findings = append(findings, examinedCompiler(s.set.CXX, err))
	}
	if s.compilersErr != nil {
		findings = append(findings, Refusal("compiler", s.compilersErr))
	}
	for _, m := range s.missing {
		if m.Name == CC || m.Name == CXX {
			findings = append(findings, f.lacking(m, rows))
		}
	}
	for _, k := range kinds(want) {
		at := slices.IndexFunc(s.missing, func(m Missing) bool { return m.Name == k.name })
		if at >= 0 {
			findings = append(findings, f.lacking(s.missing[at], rows))
			continue
		}
		for _, tool := range s.set.Tools() {
			if tool.Name == k.name {
				findings = append(findings, examined(tool))
			}
		}
	}
	return append(findings, f.cacheFinding(s, want), f.disk(), f.memory()), nil
}

func examined(tool Tool) Finding {
	state := OK
	if tool.Origin != Machine {
		state = Provided
	}
	return Finding{Name: tool.Name, State: state, Version: tool.Version, Path: tool.Path}
}

// examinedCompiler also tells whether the compiler could compile an empty file.
func examinedCompiler(tool Tool, err error) Finding {
	if err != nil {
		return Refusal(tool.Name, err)
	}
	return examined(tool)
}

// Refusal is the finding for what cannot be used, or not be had, until a person mends it. The error says why; the hint
// of a [fault.Error] in it says what to do.
func Refusal(name string, err error) Finding {
	finding := Finding{Name: name, State: Unfit, Detail: err.Error(), Blocks: true}
	var refused *fault.Error
	if errors.As(err, &refused) {
		finding.Mend = refused.Hint
	}
	return finding
}

func (f *Finder) lacking(m Missing, rows []way) Finding {
	command := f.host().install([]string{m.Name})
	finding := Finding{Name: m.Name, State: Lacking, Mend: command}
	if m.Need != "" {
		finding.Detail = "needed " + m.Need
	}
	if len(m.Rejected) > 0 {
		first := m.Rejected[0]
		finding.State, finding.Version, finding.Path = TooOld, first.Version, first.Path
		if first.Why != TooOld {
			finding.State = Unfit
			finding.Detail = strings.TrimSuffix(first.Why+", "+finding.Detail, ", ")
		}
	}
	finding.Blocks = !slices.ContainsFunc(rows, func(w way) bool { return w.Name == m.Name })
	if !finding.Blocks {
		finding.Mend = "nothing: a build provides it (or: " + command + ")"
		if m.Name == Zig {
			finding.Mend = "nothing: a build provides it"
		}
		if f.Offline {
			finding.Mend = "unset ORT_OFFLINE once, or: " + command
			finding.Blocks = true
		}
	}
	return finding
}

func (f *Finder) cacheFinding(s search, want Want) Finding {
	switch {
	case s.launcherErr != nil:
		return Refusal("compiler cache", s.launcherErr)
	case s.set.Launcher != nil:
		finding := examined(*s.set.Launcher)
		finding.Name = "compiler cache"
		return finding
	case want.Launcher != "":
		return Finding{Name: "compiler cache", State: OK, Detail: "turned off by ORT_LAUNCHER"}
	case masquerades(s.set.CXX.Path):
		return Finding{Name: "compiler cache", State: OK, Detail: "the compiler is a link to one"}
	}
	return Finding{
		Name: "compiler cache", State: Lacking, Detail: "optional, makes a second build fast",
		Mend: f.host().install([]string{launchers[0]}),
	}
}

func (f *Finder) disk() Finding {
	return amount("disk space", f.host().Disk, minDisk, "free some, or set ORT_HOME to a folder on another disk", true)
}

func (f *Finder) memory() Finding {
	return amount("memory", f.host().Memory, minMemory, "set ORT_JOBS=1, and close other programs", false)
}

func amount(name string, have, need int64, mend string, blocks bool) Finding {
	if have < 0 {
		return Finding{Name: name, State: OK, Detail: "unknown"}
	}
	finding := Finding{Name: name, State: OK, Detail: humanize.IBytes(uint64(have))}
	if have < need {
		finding.State, finding.Mend, finding.Blocks = Low, mend, blocks
		finding.Detail += ", needed " + humanize.IBytes(uint64(need)) //nolint:gosec // a constant
	}
	return finding
}

// Fit tells whether a build can work.
func Fit(findings []Finding) bool {
	return !slices.ContainsFunc(findings, func(f Finding) bool { return f.Blocks })
}

// WriteFindings writes the findings as a table for people.
func WriteFindings(w io.Writer, findings []Finding) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range findings {
		mark := "  "
		if f.Blocks {
			mark = "! "
		}
		cells := []string{mark + f.Name, f.State}
		if words := strings.Join(strings.Fields(f.Version+" "+f.Path+" "+f.Detail), " "); words != "" {
			cells = append(cells, words)
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
		if f.Mend != "" {
			fmt.Fprintf(table, "\t\tmend: %s\n", f.Mend)
		}
	}
	return table.Flush()
}
