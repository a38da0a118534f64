package bundle

import (
	"context"
	"debug/elf"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

//go:embed programs
var programs embed.FS

// Places in the empty root.
const (
	rootBundle = "/bundle"
	rootOpener = "/opener"
	rootShim   = rootBundle + "/lib/libbuilder_bundle_shim.so"
)

// emptyRoot is a folder that becomes the root of a process: the bundle, the C library, and the program that opens.
type emptyRoot struct {
	dir    string
	in     CheckInput
	b      inspected
	loader string // path of the program's loader, "/lib64/ld-linux-x86-64.so.2"
	libc   string // folder of the C library
}

// newRoot fills a folder beside the bundle, so that its files can be linked instead of copied; elsewhere where nobody
// may write there.
func newRoot(ctx context.Context, in CheckInput, b inspected) (root *emptyRoot, err error) {
	absolute, err := filepath.Abs(in.Dir)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(absolute), filepath.Base(absolute)+".root-")
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		dir, err = os.MkdirTemp("", "bundle-root-")
	}
	if err != nil {
		return nil, err
	}
	root = &emptyRoot{dir: dir, in: in, b: b}
	for name := range b.objects {
		if err := linkOrCopy(filepath.Join(absolute, filepath.FromSlash(name)), root.path(rootBundle, name)); err != nil {
			return root, err
		}
	}
	if err := os.MkdirAll(root.path(rootBundle, "lib"), 0o755); err != nil { // a program without libraries
		return root, err
	}
	if err := root.compile(ctx); err != nil {
		return root, err
	}
	return root, root.system(ctx)
}

func (r *emptyRoot) path(parts ...string) string {
	return filepath.Join(r.dir, filepath.Join(parts...))
}

func linkOrCopy(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	_, err := copyFile(from, to, 0o755)
	return err
}

// compile makes the program that opens, the shim and, where a library needs one, a driver's library that has nothing
// but names.
func (r *emptyRoot) compile(ctx context.Context) error {
	build := func(source, output string, flags ...string) error {
		cmd := run.Cmd{
			Path: r.in.CC, Args: append([]string{"-O1", "-x", "c", "-", "-o", r.path(output)}, append(flags, "-ldl")...),
			Stdin: strings.NewReader(source),
		}
		if err := r.in.Runner.Run(ctx, cmd); err != nil {
			return fmt.Errorf("compiling a program for the empty root: %w", err)
		}
		return nil
	}
	for _, p := range []struct {
		source, output string
		flags          []string
	}{
		{"opener.c", rootOpener, nil},
		{"shim.c", rootShim, []string{"-shared", "-fPIC", "-Wl,-rpath," + libraryRunPath, "-Wl,--enable-new-dtags"}},
	} {
		source, err := programs.ReadFile("programs/" + p.source)
		if err != nil {
			return err
		}
		if err := build(string(source), p.output, p.flags...); err != nil {
			return err
		}
	}
	for name, functions := range r.driver() {
		source := &strings.Builder{}
		for _, function := range functions {
			fmt.Fprintf(source, "void %s(void) {}\n", function)
		}
		if err := build(source.String(), "/"+name, "-shared", "-fPIC", "-Wl,-soname,"+name); err != nil {
			return err
		}
	}
	return nil
}

var driverFunction = regexp.MustCompile(`^(cu|nv)[A-Z]\w*$`)

// driver returns the driver's libraries that a carried library cannot be loaded without, and the functions that are
// looked for in them: those that look like the driver's and that no carried library has.
func (r *emptyRoot) driver() map[string][]string {
	libraries := map[string][]string{}
	var wanted []string
	defined := map[string]bool{}
	for _, o := range r.b.objects {
		needs := slices.DeleteFunc(slices.Clone(o.needed), func(name string) bool { return !driverLibrary.MatchString(name) })
		for _, name := range needs {
			libraries[name] = nil
		}
		file, err := elf.Open(o.path)
		if err != nil {
			continue
		}
		symbols, _ := file.DynamicSymbols()
		for _, symbol := range symbols {
			if symbol.Section != elf.SHN_UNDEF {
				defined[symbol.Name] = true
			} else if len(needs) > 0 && driverFunction.MatchString(symbol.Name) {
				wanted = append(wanted, symbol.Name)
			}
		}
		_ = file.Close()
	}
	wanted = slices.DeleteFunc(wanted, func(name string) bool { return defined[name] })
	slices.Sort(wanted)
	for name := range libraries {
		libraries[name] = slices.Compact(slices.Clone(wanted))
	}
	return libraries
}

// system puts the loader, the parts of the C library and the driver's stand-in into their folders.
func (r *emptyRoot) system(ctx context.Context) error {
	file, err := elf.Open(r.path(rootOpener))
	if err != nil {
		return err
	}
	defer file.Close()
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			text, err := io.ReadAll(segment.Open())
			if err != nil {
				return err
			}
			r.loader = strings.TrimRight(string(text), "\x00")
		}
	}
	if r.loader == "" {
		return errors.New("the compiler makes static programs, which cannot open libraries")
	}
	names := []string{"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"}
	for _, o := range r.b.objects {
		for _, name := range o.needed {
			if systemLibrary.MatchString(name) && !strings.HasPrefix(name, "ld-linux") {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		path, err := run.Output(ctx, r.in.Runner, fileNameCommand(r.in.CC, name))
		if err != nil {
			return err
		}
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue // newer C libraries have no librt: what needs it is told by the loader
		}
		r.libc = filepath.Dir(real)
		if _, err := copyFile(real, r.path(r.libc, name), 0o755); err != nil {
			return err
		}
	}
	if _, err := copyFile(r.loader, r.path(r.loader), 0o755); err != nil {
		return err
	}
	for name := range r.driver() {
		if err := os.Rename(r.path(name), r.path(r.libc, name)); err != nil { //nolint:forbidigo // both in the root
			return err
		}
	}
	return nil
}
