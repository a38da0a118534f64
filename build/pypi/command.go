package pypi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// tags are what the name of a wheel says of the machines that it is for (PEP 425).
type tags struct {
	python    string   // "py3", "cp311"
	abi       string   // "none", "cp311", "abi3"
	platforms []string // "manylinux2014_x86_64", "manylinux_2_17_x86_64"; "any"
}

// parseTags reads project-version[-build]-python-abi-platform.whl, where each of the last three may be several, with dots.
func parseTags(name string) (tags, error) {
	base, isWheel := strings.CutSuffix(name, ".whl")
	words := strings.Split(base, "-")
	if !isWheel || len(words) < 5 || len(words) > 6 || slices.Contains(words, "") || strings.ContainsAny(name, `/\`) {
		return tags{}, fmt.Errorf("%q is not the name of a wheel", name)
	}
	words = words[len(words)-3:]
	t := tags{abi: strings.Split(words[1], ".")[0], platforms: strings.Split(words[2], ".")}
	for python := range strings.SplitSeq(words[0], ".") {
		if rest := strings.TrimPrefix(strings.TrimPrefix(python, "py"), "cp"); strings.HasPrefix(rest, "3") && len(python) > 2 {
			t.python = python
		}
	}
	if t.python == "" {
		return tags{}, fmt.Errorf("%q is not for Python 3", name)
	}
	return t, nil
}

// target returns the options that make pip take this very wheel, whatever Python and C library the machine has.
func (t tags) target() []string {
	version := strings.TrimLeft(t.python, "cpy")
	if len(version) > 1 {
		version = version[:1] + "." + version[1:]
	}
	// What a wheel asks of Python matters where it is imported: here it is unpacked.
	args := []string{"--only-binary", ":all:", "--ignore-requires-python", "--python-version", version}
	if strings.HasPrefix(t.python, "cp") {
		args = append(args, "--implementation", "cp", "--abi", t.abi)
	}
	for _, platform := range t.platforms {
		if platform != "any" {
			args = append(args, "--platform", platform)
		}
	}
	return args
}

// common are the options of every call: no question, no look for a newer pip, no second copy in pip's own cache.
func common() []string {
	return []string{"--no-input", "--disable-pip-version-check", "--no-cache-dir"}
}

// downloadCommand is the call that downloads the file that the requirements file wish names into dir. Temporary files lie
// in temp: the usual folder may be in memory, and a wheel may have 700 MB.
func (c Client) downloadCommand(t tags, wish, temp, dir string) run.Cmd {
	args := append(slices.Clone(c.Command[1:]), "download")
	args = append(args, common()...)
	args = append(args, "--progress-bar", "off", "--no-deps", "--require-hashes")
	if c.old { // the wheel is for this Python and every platform
		args = append(args, "--only-binary", ":all:")
	} else {
		args = append(args, t.target()...)
	}
	args = append(args, "--dest", dir, "--requirement", wish)
	return run.Cmd{Path: c.Command[0], Args: args, Env: append(environment(), "TMPDIR="+temp)}
}

// askCommand is the call that lists the versions of a project that have a wheel for the target.
func (c Client) askCommand(t tags, project string) run.Cmd {
	args := append(slices.Clone(c.Command[1:]), "index", "versions")
	args = append(args, common()...)
	args = append(args, "--retries", "0", "--pre")
	args = append(args, t.target()...)
	return run.Cmd{Path: c.Command[0], Args: append(args, project), Env: environment()}
}

// environment lifts a guard that is for installing: "only in a virtual environment".
func environment() []string { return []string{"LC_ALL=C.UTF-8", "PIP_REQUIRE_VIRTUALENV=0"} }
