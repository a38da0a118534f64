package isolate

import (
	"context"
	"debug/elf"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// ErrNotIsolated tells that an object was made, but is not fit to be linked with the core.
var ErrNotIsolated = errors.New("the object is not isolated")

//go:embed ctors.ld
var script string

// Input says what an object is made of.
type Input struct {
	Name     string   // of the provider: "cuda"
	Objects  []string // the provider's, in the order of their static constructors, and that of its entry
	Archives []string // of which the members that are needed become part of the object
	Output   string   // the object
	LD       string   // GNU ld
	Objcopy  string   // GNU objcopy
}

// Stats describes an object.
type Stats struct {
	Objects      int   // that it was made of, without those of archives
	Constructors int   // static ones, which the entry runs
	Bytes        int64 // size of the file
}

// Entry returns the name of the one global symbol of a provider's object.
func Entry(name string) string { return "ort_builder_provider_" + name }

// Object makes the object and checks it. On an error the output is as it was; where the object has problems the error
// wraps [ErrNotIsolated].
func Object(ctx context.Context, runner run.Runner, in Input) (Stats, error) {
	if len(in.Objects) == 0 {
		return Stats{}, fmt.Errorf("isolating provider %s: there are no objects", in.Name)
	}
	// Beside the output, so that the last step is a rename within one file system; of a fixed name, so that what a killed
	// run left is found and removed.
	staging := in.Output + ".isolate"
	if err := errors.Join(os.RemoveAll(staging), os.Mkdir(staging, 0o755)); err != nil {
		return Stats{}, fmt.Errorf("isolating provider %s: %w", in.Name, err)
	}
	defer os.RemoveAll(staging)

	scriptFile, list := filepath.Join(staging, "ctors.ld"), filepath.Join(staging, "objects")
	joined, local := filepath.Join(staging, "joined.o"), filepath.Join(staging, "local.o")
	err := errors.Join(
		os.WriteFile(scriptFile, []byte(script), 0o644),
		os.WriteFile(list, []byte(response(in.Objects)), 0o644),
	)
	if err != nil {
		return Stats{}, fmt.Errorf("isolating provider %s: %w", in.Name, err)
	}
	for _, cmd := range []run.Cmd{join(in, scriptFile, list, joined), localise(in, joined, local)} {
		if err := runner.Run(ctx, cmd); err != nil {
			return Stats{}, failed(in, err)
		}
	}
	problems, err := Check(local, in.Name)
	if err != nil {
		return Stats{}, err
	}
	if len(problems) > 0 {
		return Stats{}, &fault.Error{
			Op: "isolate provider " + in.Name, On: in.Output, Err: ErrNotIsolated, Tail: strings.Join(problems, "\n"),
			Hint: "the provider's objects must be compiled with -fno-gnu-unique and without LTO, by the builder's own rules:" +
				" build in a fresh folder",
		}
	}
	stats, err := describe(local, len(in.Objects))
	if err != nil {
		return Stats{}, err
	}
	if err := os.Rename(local, in.Output); err != nil { //nolint:forbidigo // staging is beside the output: one file system
		return Stats{}, fmt.Errorf("isolating provider %s: %w", in.Name, err)
	}
	return stats, nil
}

func failed(in Input, err error) error {
	var exit *run.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("isolating provider %s: %w", in.Name, err)
	}
	return &fault.Error{
		Op: "isolate provider " + in.Name, On: in.Output, Err: err, Tail: exit.Tail,
		Hint: "the program says why; it must be GNU's: go tool mage doctor",
	}
}

func describe(path string, objects int) (Stats, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Stats{}, fmt.Errorf("reading an isolated object: %w", err)
	}
	file, err := elf.Open(path)
	if err != nil {
		return Stats{}, fmt.Errorf("reading an isolated object: %w", err)
	}
	defer file.Close()
	stats := Stats{Objects: objects, Bytes: info.Size()}
	if section := file.Section(constructors); section != nil {
		stats.Constructors = int(section.Size / 8) //nolint:gosec // a few hundred
	}
	return stats, nil
}
