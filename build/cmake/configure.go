package cmake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

const (
	stampFile = "configured" // written last, below ownFolder
	queryFile = ".cmake/api/v1/query/codemodel-v2"
)

// ConfigureCommand returns the command line that configures o.Build.
func ConfigureCommand(o Options) run.Cmd {
	args := []string{
		"-S", o.cmakeFolder(), "-B", o.Build, "-G", "Ninja",
		// A new compiler's new warning must not end a build of old, pinned sources.
		"--compile-no-warning-as-error",
		// Advice for the makers of the CMake files.
		"-Wno-dev", "-Wno-deprecated",
	}
	for _, d := range Definitions(o) {
		args = append(args, d.String())
	}
	return run.Cmd{Path: o.Tools.CMake, Args: args}
}

// Configure prepares o.Build for [Build] and tells whether it was ready already: configured to its end with the same
// command, files and facts. Any other build folder is emptied first. That costs nothing that could be kept, and unlike
// CMake's --fresh it also drops dependencies that were unpacked or patched by halves.
func Configure(ctx context.Context, runner run.Runner, o Options) (ready bool, err error) {
	if err := o.check(); err != nil {
		return false, fmt.Errorf("configuring onnxruntime %s: %w", o.Release.Version, err)
	}
	files, err := ownFiles(o)
	if err != nil {
		return false, fmt.Errorf("onnxruntime %s: %w", o.Release.Version, err)
	}
	cmd := ConfigureCommand(o)
	stamp := stampText(cmd, files, o.Facts)
	if isConfigured(o, stamp) {
		return true, nil
	}
	if err := prepare(o, files); err != nil {
		return false, fmt.Errorf("preparing build folder %q: %w", o.Build, err)
	}
	output := &capture{}
	cmd.Stdout, cmd.Stderr = output, output
	if err := runner.Run(ctx, cmd); err != nil {
		return false, configureFault(o, output, err)
	}
	if err := renameio.WriteFile(o.own(stampFile), []byte(stamp), 0o644); err != nil {
		return false, fmt.Errorf("marking build folder %q as configured: %w", o.Build, err)
	}
	return false, nil
}

// stampText describes a configured build folder, one fact a line.
//
// How many device compilers may run at once is not among them: it depends on the machine of the day, and compiled files
// do not depend on it.
func stampText(cmd run.Cmd, files map[string]string, facts []string) string {
	lines := slices.DeleteFunc(slices.Concat([]string{cmd.Path}, cmd.Args), func(word string) bool {
		return strings.HasPrefix(word, "-Dbuilder_cuda_jobs=")
	})
	for _, name := range slices.Sorted(maps.Keys(files)) {
		lines = append(lines, name+" "+digest.OfBytes([]byte(files[name])).String())
	}
	return strings.Join(append(lines, facts...), "\n") + "\n"
}

func isConfigured(o Options, stamp string) bool {
	written, err := os.ReadFile(o.own(stampFile))
	if err != nil || string(written) != stamp {
		return false
	}
	_, err = os.Stat(filepath.Join(o.Build, "build.ninja"))
	return err == nil
}

func prepare(o Options, files map[string]string) error {
	// The stamp first: if the rest is stopped half-way, nothing may say that the folder is ready.
	if err := os.Remove(o.own(stampFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.RemoveAll(o.Build); err != nil {
		return err
	}
	paths := map[string]string{filepath.Join(o.Build, filepath.FromSlash(queryFile)): ""}
	for name, text := range files {
		paths[o.own(name)] = text
	}
	for path, text := range paths {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func configureFault(o Options, output *capture, err error) error {
	var exit *run.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("configuring onnxruntime %s: %w", o.Release.Version, err)
	}
	tail := errorBlocks(output.String())
	if tail == "" {
		tail = exit.Tail
	}
	return &fault.Error{
		Op: "configure onnxruntime " + o.Release.Version, On: o.Build, Err: err, Tail: tail,
		Hint: hint(tail, o.Build, "mend what CMake says and run the same command again: it starts from an empty folder"),
	}
}
