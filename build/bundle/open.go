package bundle

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/chroot"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// machines are debug/elf's words for GOARCH, as a manifest has them.
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// openAll opens every library of the bundle, and by its bare name everything that one of them opens, each in a process
// of its own: what another one has loaded must not help. It returns one line for each, and the faults of the bundle; err
// is what has kept it from trying.
func openAll(ctx context.Context, in CheckInput, b inspected) (opened []string, skipped string, faults, err error) {
	if in.CC == "" {
		return nil, "there is no C compiler", nil, nil
	}
	if here := machines[runtime.GOARCH].String(); b.manifest.Machine != here {
		return nil, fmt.Sprintf("the bundle is for %s, this machine is %s", b.manifest.Machine, here), nil, nil
	}
	root, err := newRoot(ctx, in, b)
	if root != nil {
		defer os.RemoveAll(root.dir)
	}
	if err != nil {
		return nil, "", nil, fmt.Errorf("making an empty root: %w", err)
	}
	enter, err := chroot.Words(ctx, in.Runner, root.dir)
	if cause := context.Cause(ctx); cause != nil {
		return nil, "", nil, cause
	}
	if err != nil {
		return nil, err.Error(), nil, nil
	}
	var problems []error
	for _, t := range root.trials() {
		if err := context.Cause(ctx); err != nil {
			return opened, "", nil, err
		}
		line, err := t.run(ctx, in.Runner, enter)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		opened = append(opened, line)
	}
	return opened, "", errors.Join(problems...), nil
}

func command(way []string, words ...string) run.Cmd {
	return run.Cmd{Path: way[0], Args: slices.Concat(way[1:], words)}
}

// sharedProviders is what all providers need and none names.
const sharedProviders = "libonnxruntime_providers_shared.so"

// trial is one thing to open.
type trial struct {
	title string
	words []string
	below string // what the loader found must be in this folder
}

func (r *emptyRoot) trials() []trial {
	var list []trial
	lib := rootBundle + "/lib/"
	if r.b.manifest.Program != "" && r.b.objects[r.b.manifest.Program].dynamic {
		list = append(list, trial{
			title: r.b.manifest.Program, words: r.join(path.Join(rootBundle, r.b.manifest.Program)),
		})
	}
	for _, name := range slices.Sorted(mapKeys(r.b.libraries)) {
		words := []string{rootOpener, rootShim, lib + name}
		if isProvider(name) {
			words = r.join(lib + name)
		}
		list = append(list, trial{title: "lib/" + name, words: words})
	}
	for _, opened := range r.b.manifest.Opened {
		if opened.By == path.Base(r.b.manifest.Program) {
			continue // the program finds its providers by its own folder, not by a run path
		}
		by := lib + opened.By
		if isProvider(opened.By) {
			by = "-"
		}
		list = append(list, trial{
			title: opened.By + " opens " + opened.Name, below: lib,
			words: []string{rootOpener, rootShim, by, opened.Name},
		})
	}
	return list
}

// isProvider tells whether a library is a provider. Its constructors call ONNX Runtime's core, so that it cannot be
// opened without one.
func isProvider(name string) bool {
	return strings.HasPrefix(name, "libonnxruntime_providers_") && name != sharedProviders
}

// join returns the words with which the loader finds and joins everything that a file needs, to the last symbol, and
// runs nothing of it.
func (r *emptyRoot) join(file string) []string {
	words := []string{rootOpener, r.loader, "--join"}
	if r.b.has(sharedProviders) { // the core has opened it before any provider, for all
		words = append(words, "--preload", rootBundle+"/lib/"+sharedProviders)
	}
	return append(words, file)
}

func (t trial) run(ctx context.Context, r run.Runner, enter []string) (string, error) {
	var both bytes.Buffer // the loader speaks on the error stream
	cmd := command(enter, t.words...)
	cmd.Stdout, cmd.Stderr = &both, &both
	err := r.Run(ctx, cmd)
	out := strings.TrimSpace(both.String())
	lines := strings.Split(out, "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if err != nil {
		return "", fmt.Errorf("in an empty root, %s: %s: %w", t.title, last, err)
	}
	if t.below != "" && !strings.HasPrefix(last, t.below) {
		return "", fmt.Errorf("in an empty root, %s: it was found in %q", t.title, last)
	}
	for line := range strings.Lines(out) { // the loader's list has them, and is no failure
		if strings.Contains(line, "not found") || strings.Contains(line, "undefined symbol") {
			return "", fmt.Errorf("in an empty root, %s: %s", t.title, strings.TrimSpace(line))
		}
	}
	if t.words[1] == rootShim && t.below == "" && last != "" {
		return t.title + ": " + strings.Join(lines, ", "), nil
	}
	return t.title, nil
}
