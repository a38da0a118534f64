package toolchain

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Fact is one thing that decides what comes out of a build.
type Fact struct {
	Name, Value string // no line breaks
}

// Fingerprint describes the tools that decide the bytes of the result, in a fixed order: what the compilers say of
// themselves, the digests of the programs that they really run, their target, their predefined macros with those of the
// C and C++ libraries, ar, and the versions of cmake, ninja and protoc. Paths are not part of it, nor is the compiler
// cache, which must not change results.
func (f *Finder) Fingerprint(ctx context.Context, s Set) ([]Fact, error) {
	files := f.files()
	defer files.save()
	type ask struct {
		name string
		ask  func(context.Context) (string, error)
	}
	asks := []ask{
		{"cc", func(ctx context.Context) (string, error) { return f.banner(ctx, s.CC) }},
		{"cc program", func(ctx context.Context) (string, error) { return f.behind(ctx, s.CC, "cc1", files) }},
		{"cc macros", func(ctx context.Context) (string, error) { return f.macros(ctx, s.CC, "c", "stddef.h") }},
		{"c++", func(ctx context.Context) (string, error) { return f.banner(ctx, s.CXX) }},
		{"c++ program", func(ctx context.Context) (string, error) { return f.behind(ctx, s.CXX, "cc1plus", files) }},
		{"c++ macros", func(ctx context.Context) (string, error) { return f.macros(ctx, s.CXX, "c++", "cstddef") }},
		{"c++ target", func(ctx context.Context) (string, error) { return f.output(ctx, s.CXX.Path, "-dumpmachine") }},
		{"assembler", func(ctx context.Context) (string, error) { return f.behind(ctx, s.CXX, "as", files) }},
		{"linker", func(ctx context.Context) (string, error) { return f.behind(ctx, s.CXX, "ld", files) }},
		{"ar", func(ctx context.Context) (string, error) { return f.archiver(ctx, s.AR, files) }},
	}
	if s.CXX.Script {
		asks = append(asks, ask{"c++ script", func(context.Context) (string, error) {
			sum, err := files.digest(s.CXX.Path)
			return sum.String(), err
		}})
	}
	facts := make([]Fact, len(asks))
	group, ctx := errgroup.WithContext(ctx)
	for i, a := range asks {
		group.Go(func() error {
			value, err := a.ask(ctx)
			facts[i] = Fact{a.name, oneLine(value)}
			if err != nil {
				return fmt.Errorf("describing the toolchain (%s): %w", a.name, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, tool := range []Tool{s.CMake, s.Ninja, s.Protoc, s.LD, s.Objcopy, s.Libtool} {
		if tool.Path == "" {
			continue // not asked for
		}
		facts = append(facts, Fact{tool.Name, cmp.Or(tool.Version, "unknown")})
	}
	return facts, nil
}

// banner returns the first line of --version without the program's own name, which GCC puts in front: c++ and g++ are
// one program.
func (f *Finder) banner(ctx context.Context, tool Tool) (string, error) {
	text, err := f.output(ctx, tool.Path, "--version")
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(text, "\n")
	if name, rest, ok := strings.Cut(first, " ("); ok && name == filepath.Base(tool.Path) {
		first = "(" + rest
	}
	return first, nil
}

// archiver describes ar, by its digest where it has no --version.
func (f *Finder) archiver(ctx context.Context, ar Tool, files *cache) (string, error) {
	if ar.Version != "" && ar.Behind == "" { // zig's ar says in its first line where LLVM lives
		return f.banner(ctx, ar)
	}
	return f.digests(ar, files)
}

// digests returns the digest of a program, with that of the script in front of it.
func (f *Finder) digests(tool Tool, files *cache) (string, error) {
	sum, err := files.digest(tool.Path)
	if err != nil || tool.Behind == "" {
		return sum.String(), err
	}
	behind, err := files.digest(tool.Behind)
	return behind.String() + " through " + sum.String(), err
}

// behind returns the digest of a program that a compiler driver runs. A driver that has no such program does the work
// itself, as Clang does for "cc1plus".
func (f *Finder) behind(ctx context.Context, driver Tool, part string, files *cache) (string, error) {
	if driver.Behind != "" { // one program that does everything; it would name programs of the machine all the same
		return f.digests(driver, files)
	}
	program, err := f.output(ctx, driver.Path, "-print-prog-name="+part)
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(program) {
		program, err = run.LookPath(part, f.Env)
	}
	if err != nil || !isProgram(program) {
		program = driver.Path
	}
	program, err = filepath.EvalSymlinks(program)
	if err != nil {
		return "", err
	}
	sum, err := files.digest(program)
	return sum.String(), err
}

// macros returns the digest of the macros that are defined at the start of every source file. They tell the versions of
// the C and the C++ library, and what the packager of the compiler turns on.
func (f *Finder) macros(ctx context.Context, driver Tool, language, header string) (string, error) {
	text, err := f.output(ctx, driver.Path, "-x", language, "-E", "-dM", "-include", header, "/dev/null")
	if err != nil {
		return "", &fault.Error{
			Op: "compile an empty file", On: driver.Path, Err: err,
			Hint: "the compiler or the headers of its library are incomplete: " + f.host().install([]string{driver.Name}),
		}
	}
	return digest.OfBytes([]byte(text)).String(), nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
