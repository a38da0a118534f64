package toolchain

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// pair is a C and a C++ compiler, or what is missing of them.
type pair struct {
	cc, cxx    Tool
	ar, ranlib Tool // only for another platform
	missing    []Missing
}

// drivers are the names that compilers have, C and C++, in the order in which they are tried.
var drivers = [][2]string{{"cc", "c++"}, {"gcc", "g++"}, {"clang", "clang++"}}

// compilers finds the compilers. Compilers that were asked for are used or refused, never replaced.
func (f *Finder) compilers(ctx context.Context, want Want) (pair, error) {
	if want.CC != "" || want.CXX != "" {
		return f.chosenCompilers(ctx, want)
	}
	rejected := map[string][]Rejected{}
	var some [2]bool
	for _, names := range drivers {
		cc, okC := f.compiler(ctx, CC, names[0], rejected)
		cxx, okCXX := f.compiler(ctx, CXX, names[1], rejected)
		if okC && okCXX {
			return pair{cc: cc, cxx: cxx}, nil
		}
		some[0], some[1] = some[0] || okC, some[1] || okCXX
	}
	var p pair
	for i, name := range []string{CC, CXX} {
		if !some[i] || some[1-i] { // a C compiler without a C++ one is a common half of an installation
			p.missing = append(p.missing, Missing{Name: name, Need: compilerNeed, Rejected: rejected[name]})
		}
	}
	return p, nil
}

const compilerNeed = "(GCC >= " + minGCC + " or Clang >= " + minClang + ")"

// chosenCompilers finds the compilers of CC and CXX. Where only one is set the other is its sibling.
func (f *Finder) chosenCompilers(ctx context.Context, want Want) (pair, error) {
	if want.CC == "" {
		want.CC = sibling(want.CXX, 1, 0)
	}
	if want.CXX == "" {
		want.CXX = sibling(want.CC, 0, 1)
	}
	rejected := map[string][]Rejected{}
	var tools [2]Tool
	for i, c := range []struct{ name, variable, value string }{{CC, "CC", want.CC}, {CXX, "CXX", want.CXX}} {
		tool, ok := f.compiler(ctx, c.name, c.value, rejected)
		if !ok {
			return pair{}, refusedCompiler(c.variable, c.value, rejected[c.name])
		}
		tools[i] = tool
	}
	return pair{cc: tools[0], cxx: tools[1]}, nil
}

func refusedCompiler(variable, value string, rejected []Rejected) error {
	refused := &fault.Error{
		Op: "use the compiler", On: variable + "=" + value, Err: errors.New("there is no such program"),
		Hint: "set " + variable + " to a compiler " + compilerNeed + ", or unset it",
	}
	switch {
	case len(rejected) > 0:
		refused.Err = errors.New(rejected[0].String())
	case strings.ContainsAny(value, " \t"):
		refused.Err = errors.New("it must be the name or the path of one program, without arguments")
		refused.Hint = "set " + variable + " to the compiler alone, and a compiler cache as ORT_LAUNCHER"
	}
	return refused
}

// sibling turns the name of a compiler of one language into that of the other, keeping what stands around it:
// "aarch64-linux-gnu-gcc-12" into "aarch64-linux-gnu-g++-12".
func sibling(driver string, from, to int) string {
	dir, name := filepath.Split(driver)
	for _, names := range [][2]string{drivers[2], drivers[1], drivers[0]} { // "clang++" ends in "g++", "gcc" in "cc"
		if before, after, ok := strings.Cut(name, names[from]); ok {
			return dir + before + names[to] + after
		}
	}
	return drivers[0][to]
}

// compiler finds one compiler by name or path. A compiler that will not do is added to rejected. Compilers are asked
// anew each time: a link to a compiler cache stays the same when the compiler behind it changes.
func (f *Finder) compiler(ctx context.Context, language, driver string, rejected map[string][]Rejected) (Tool, bool) {
	for _, path := range lookDriver(driver, f.Env) {
		text, err := f.output(ctx, path, "--version")
		if err != nil {
			rejected[language] = append(rejected[language], Rejected{Path: path, Why: "does not run"})
			continue
		}
		version, family := parseCompiler(text)
		floor := map[string]bounds{"gcc": {min: minGCC}, "clang": {min: minClang}}[family] // other families: no floor
		if why := floor.reject(version); why != "" {
			rejected[language] = append(rejected[language], Rejected{Path: path, Version: version, Why: why})
			continue
		}
		return Tool{Name: language, Path: path, Version: version, Origin: Machine, Family: family}, true
	}
	return Tool{}, false
}

// lookDriver returns the absolute paths of a program that is given by name or by path.
func lookDriver(driver string, env []string) []string {
	if !strings.ContainsRune(driver, filepath.Separator) {
		return lookAll([]string{driver}, env)
	}
	if path, err := filepath.Abs(driver); err == nil && isProgram(path) {
		return []string{path}
	}
	return nil
}
