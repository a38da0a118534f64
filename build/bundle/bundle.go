package bundle

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/stale"
)

// Input is what a bundle is made from.
type Input struct {
	Program string   // the user's program; empty for libraries only
	Tree    string   // install tree of the build: its providers, its licences
	Toolkit string   // home of the CUDA toolkit; may be empty
	CUDNN   string   // home of cuDNN; may be empty
	Extra   []string // homes or folders of more libraries: oneDNN's, the user's own

	// Licenses has the licence text of components ("cublas", "cudnn") whose libraries have none beside them.
	Licenses map[string]string

	Out      string     // folder to make; it must not exist
	Runner   run.Runner // starts CC and Patchelf
	CC       string     // compiler that the program was made with: it is asked for libstdc++ and the like
	Patchelf string     // used where a run path cannot be written over an old one; may be empty
}

// Make makes a bundle in in.Out, which appears only when it is whole.
func Make(ctx context.Context, in Input) (Manifest, error) {
	switch _, err := os.Lstat(in.Out); {
	case err == nil:
		return Manifest{}, &fault.Error{
			Op: "make a bundle", On: in.Out, Err: errors.New("the folder is there already"),
			Hint: "remove it, or choose another one",
		}
	case !errors.Is(err, fs.ErrNotExist):
		return Manifest{}, fmt.Errorf("making a bundle: %w", err)
	}
	finder, program, libraries, err := start(in)
	if err != nil {
		return Manifest{}, err
	}
	c, err := follow(ctx, finder, program, libraries)
	if err != nil {
		return Manifest{}, err
	}
	paths := map[string]string{}
	for name, library := range c.libraries {
		paths[name] = library.path
	}
	m := Manifest{Schema: manifestSchema, Machine: finder.machine.String(), Opened: c.opened}
	if m.CUDNN, err = cudnnVersion(paths); err != nil {
		return Manifest{}, &fault.Error{
			Op: "make a bundle", On: in.Out, Err: err, Hint: "give one home of cuDNN that has all of its parts",
		}
	}
	if err := os.MkdirAll(filepath.Dir(in.Out), 0o755); err != nil {
		return Manifest{}, fmt.Errorf("making a bundle: %w", err)
	}
	folder, unfinished := filepath.Dir(in.Out), "."+filepath.Base(in.Out)+temporary
	stale.Remove(folder, unfinished) // one may have gigabytes
	part, err := os.MkdirTemp(folder, unfinished)
	if err != nil {
		return Manifest{}, fmt.Errorf("making a bundle: %w", err)
	}
	defer os.RemoveAll(part)
	if err := fill(ctx, in, part, c, &m); err != nil {
		return Manifest{}, fmt.Errorf("making a bundle: %w", err)
	}
	if err := errors.Join(showFolders(part), os.Rename(part, in.Out)); err != nil { //nolint:forbidigo // siblings, so on one file system
		return Manifest{}, fmt.Errorf("making a bundle: %w", err)
	}
	return m, nil
}

// temporary stands behind the name of a bundle that is not whole, before a number, and a dot before it: nobody else calls a
// file so in the folder of a user, where old ones are removed.
const temporary = ".new-"

// start finds what all else follows from: the program and the provider libraries.
func start(in Input) (*finder, *found, []found, error) {
	f := &finder{runner: in.Runner, cc: in.CC, rejected: map[string]error{}}
	for _, home := range []struct{ dir, from string }{
		{in.Tree, "tree"}, {in.Toolkit, "toolkit"}, {in.CUDNN, "cudnn"},
	} {
		f.places = append(f.places, places(home.dir, home.from)...)
	}
	for _, dir := range in.Extra {
		f.places = append(f.places, places(dir, "extra")...)
	}
	var program *found
	if in.Program != "" {
		o, err := readObject(in.Program)
		if err != nil {
			return nil, nil, nil, &fault.Error{
				Op: "make a bundle", On: in.Program, Err: err, Hint: "name the program itself, not a script that starts it",
			}
		}
		f.machine, f.class = o.machine, o.class
		program = &found{object: o, place: place{dir: filepath.Dir(in.Program), from: "program"}}
	}
	if f.machine == elf.EM_NONE {
		f.machine, f.class = firstMachine(in.Tree)
	}
	libraries, err := roots(f, in.Tree)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("making a bundle: %w", err)
	}
	if program == nil && len(libraries) == 0 {
		return nil, nil, nil, &fault.Error{
			Op: "make a bundle", On: in.Tree, Err: errors.New("there is no program, and the build has no provider library"),
			Hint: "name a program; a build with the provider inside the archive has no library of its own",
		}
	}
	return f, program, libraries, nil
}

// firstMachine returns the machine of any provider library in a tree.
func firstMachine(tree string) (elf.Machine, elf.Class) {
	for _, p := range places(tree, "tree") {
		paths, _ := glob.In(p.dir, "libonnxruntime_providers_*.so")
		for _, path := range paths {
			if file, err := elf.Open(path); err == nil {
				defer file.Close()
				return file.Machine, file.Class
			}
		}
	}
	return elf.EM_NONE, elf.ELFCLASSNONE
}

// fill writes the bundle into dir and completes the manifest.
func fill(ctx context.Context, in Input, dir string, c closure, m *Manifest) error {
	if c.program != nil {
		m.Program = "bin/" + filepath.Base(in.Program)
		if err := carry(ctx, in, dir, c, m, *c.program, m.Program, programRunPath); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.libraries)) {
		if err := carry(ctx, in, dir, c, m, c.libraries[name], "lib/"+name, libraryRunPath); err != nil {
			return err
		}
	}
	m.Target.System = slices.Compact(slices.Sorted(slices.Values(m.Target.System)))
	m.Target.Driver = slices.Compact(slices.Sorted(slices.Values(m.Target.Driver)))
	m.notes(c)
	if err := licences(in, dir, c, m); err != nil {
		return err
	}
	file, err := addText(dir, NoticeFile, m.notice())
	if err != nil {
		return err
	}
	m.Files = append(m.Files, file)
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return m.write(dir)
}

// carry copies one ELF file and sets its run path.
func carry(ctx context.Context, in Input, dir string, c closure, m *Manifest, item found, to, runPath string) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if c.program != nil && to == m.Program {
		mode = 0o755
	}
	path := filepath.Join(dir, filepath.FromSlash(to))
	original, err := copyFile(item.path, path, mode)
	if err != nil {
		return err
	}
	if c.usesSiblings(item) || len(item.rpath)+len(item.runpath) > 0 {
		if err := setRunPath(ctx, in.Runner, in.Patchelf, path, runPath); err != nil {
			return err
		}
	}
	file, err := describe(dir, to)
	if err != nil {
		return err
	}
	if file.SHA256 != original {
		file.Original = original
	}
	file.Soname, file.From = item.soname, item.from
	if strings.HasPrefix(to, "lib/") {
		file.Version, file.Licence = versionOf(item, m.CUDNN), componentOf(item.name()).name
	}
	m.Files = append(m.Files, file)
	m.Target.add(item.object)
	return nil
}

// usesSiblings tells whether a file needs or opens a carried one.
func (c closure) usesSiblings(item found) bool {
	needs := slices.ContainsFunc(item.needed, func(name string) bool {
		_, carried := c.libraries[name]
		return carried
	})
	return needs || slices.ContainsFunc(c.opened, func(o Opened) bool { return o.By == item.name() })
}

func (t *Target) add(o object) {
	if compareVersions(o.glibc, t.GLIBC) > 0 {
		t.GLIBC = o.glibc
	}
	for _, name := range o.needed {
		if systemLibrary.MatchString(name) {
			t.System = append(t.System, name)
		}
	}
	for _, name := range slices.Concat(o.needed, o.named) {
		if driverLibrary.MatchString(name) && o.soname != "" && strings.Contains(name, ".so.") {
			t.Driver = append(t.Driver, name)
		}
	}
}
