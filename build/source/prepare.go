package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/patch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
)

// Folders of a prepared folder.
const (
	sourceFolder   = "src"
	archivesFolder = "archives"
	licensesFolder = "licenses"
)

// Tree is a prepared folder.
type Tree struct {
	Root       string              // ONNX Runtime's sources; Root/cmake is CMake's source folder
	Archives   string              // folder of the dependencies' archives, which Root/cmake/deps.txt names
	Applied    []patch.Applied     // ONNX Runtime's patches, then each dependency's
	LicenseDir string              // holds a folder of licence files for each component
	Licenses   map[string][]string // the names of these files, by component
}

// Prepare makes the prepared folder in.Dir. Where it is there already, made of the same inputs, Prepare returns at once.
// Otherwise everything is made in in.Dir + ".tmp", which takes the place of in.Dir at the very end: however Prepare was
// stopped, in.Dir is whole or not there.
func Prepare(ctx context.Context, in Input) (Tree, error) {
	dir, err := filepath.Abs(in.Dir)
	if err != nil {
		return Tree{}, fmt.Errorf("preparing the sources: %w", err)
	}
	if err := check(in, dir); err != nil {
		return Tree{}, err
	}
	if in.Facts == nil {
		if in.Facts, err = Facts(ctx, in); err != nil {
			return Tree{}, err
		}
	}
	key := in.key(dir)
	if s, ok := readStamp(dir, key); ok {
		return s.tree(dir), nil
	}
	p := &preparation{in: in, dir: dir, tmp: dir + ".tmp"}
	s, err := p.run(ctx)
	if err == nil {
		s.Key = key
		err = p.finish(s)
	}
	if err != nil {
		err = errors.Join(err, os.RemoveAll(p.tmp))
		return Tree{}, explain(err, dir)
	}
	return s.tree(dir), nil
}

// changed is the error for a checkout that is no longer what the facts say: somebody edits it while it is read, or while
// another process is waited for. What is made of it would have a false name.
func (in Input) changed() error {
	return &fault.Error{
		Op: "prepare the sources", On: in.Checkout, Err: errors.New("the checkout has changed since the build began"),
		Hint: "run the same command again",
	}
}

// check refuses what would fail in a less clear way later.
func check(in Input, dir string) error {
	if strings.Contains(dir, ";") {
		return &fault.Error{
			Op: "prepare the sources", On: dir, Err: errors.New("the path holds a semicolon: CMake would split it there"),
			Hint: "choose a folder without one",
		}
	}
	if in.Checkout == "" {
		return nil
	}
	checkout, err := filepath.Abs(in.Checkout)
	if err != nil {
		return err
	}
	if inside, err := filepath.Rel(resolve(checkout), resolve(dir)); err == nil && filepath.IsLocal(inside) {
		return &fault.Error{
			Op: "prepare the sources", On: dir, Err: fmt.Errorf("the folder lies inside the checkout %q", in.Checkout),
			Hint: "keep the builder's folders outside of ORT_SOURCE_DIR, which is only read",
		}
	}
	_, err = CheckoutVersion(in.Checkout)
	return err
}

// resolve follows the symbolic links of a path, of which the end may not be there yet.
func resolve(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(resolve(parent), filepath.Base(path))
	}
	return path
}

func explain(err error, dir string) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) {
		return &fault.Error{
			Op: "prepare the sources", On: dir, Err: err,
			Hint: "free about 600 MB of disk space there, then run the same command again",
		}
	}
	return fmt.Errorf("preparing the sources: %w", err)
}

// preparation is one run of [Prepare].
type preparation struct {
	in  Input
	dir string // where it will lie
	tmp string // where it is made

	mu   sync.Mutex
	done int64 // bytes of archives
}

func (p *preparation) archive(name string) string { return filepath.Join(p.tmp, archivesFolder, name) }

// work is the folder in which a dependency is unpacked.
func (p *preparation) work(name string) string { return filepath.Join(p.tmp, "work", name) }

// run makes all but the stamp. The components don't need each other, so they are made side by side.
func (p *preparation) run(ctx context.Context) (stamp, error) {
	if err := os.RemoveAll(p.tmp); err != nil {
		return stamp{}, err
	}
	if err := os.MkdirAll(filepath.Join(p.tmp, archivesFolder), 0o755); err != nil {
		return stamp{}, err
	}
	components := make([]component, 1+len(p.in.Resolved)) // ONNX Runtime first
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	group.Go(func() (err error) {
		if components[0], err = p.source(ctx); err != nil {
			return fmt.Errorf("onnxruntime: %w", err)
		}
		p.advance(p.in.Source.Size)
		return nil
	})
	for i, d := range p.in.Resolved {
		group.Go(func() (err error) {
			if components[1+i], err = p.dependency(ctx, d); err != nil {
				return fmt.Errorf("dependency %s: %w", d.Name, err)
			}
			p.advance(p.in.Dependencies[d.Name].Size)
			return nil
		})
	}
	if err := errors.Join(group.Wait(), os.RemoveAll(p.work(""))); err != nil {
		return stamp{}, err
	}
	return newStamp(components), p.pinArchives(components[1:])
}

// source makes src/.
func (p *preparation) source(ctx context.Context) (component, error) {
	c := component{name: ortComponent}
	root := filepath.Join(p.tmp, sourceFolder)
	if p.in.Checkout != "" {
		if err := p.copyCheckout(ctx, root); err != nil {
			return c, err
		}
	} else if err := p.unpackSource(ctx, root); err != nil {
		return c, err
	}
	names, err := patch.List(p.in.Patches, ortComponent, p.in.Release.Version)
	if err != nil {
		return c, err
	}
	if c.applied, err = applyAll(p.in.Patches, names, root); err != nil {
		return c, err
	}
	c.licenses, err = licensesOfTree(root, filepath.Join(p.tmp, licensesFolder, c.name))
	if err == nil && len(c.licenses) == 0 {
		err = errNoLicense
	}
	return c, err
}

// copyCheckout copies the checkout, and looks whether the copy is what was asked for.
func (p *preparation) copyCheckout(ctx context.Context, root string) error {
	if err := copyCheckout(ctx, p.in.Checkout, root); err != nil {
		return err
	}
	sum, err := checkoutDigest(ctx, root)
	if err == nil && !slices.Contains(p.in.Facts, p.in.checkoutFact(sum)) {
		return p.in.changed()
	}
	return err
}

func (p *preparation) unpackSource(ctx context.Context, root string) error {
	placing := &placement{d: release.Dependency{Pin: p.in.Release.Source}}
	err := unpack.Part(ctx, p.in.Source.Path, root, func(name string) (string, bool, error) {
		rest, ok, err := placing.below(name)
		return rest, ok, err
	})
	if err != nil {
		return err
	}
	version, err := treeVersion(root)
	if err == nil && version != p.in.Release.Version {
		err = fmt.Errorf("the archive holds version %q, not %q", version, p.in.Release.Version)
	}
	return err
}

// pinArchives rewrites cmake/deps.txt: only what the build uses, by the local path that it will have.
func (p *preparation) pinArchives(dependencies []component) error {
	text := &strings.Builder{}
	fmt.Fprintln(text, "# Written by onnxruntime-builder: name;local archive;SHA-1. Each was verified when it was fetched.")
	for _, c := range dependencies {
		fmt.Fprintf(text, "%s;%s;%s\n", c.name, filepath.ToSlash(filepath.Join(p.dir, archivesFolder, c.file)), c.sha1)
	}
	file := filepath.Join(p.tmp, sourceFolder, filepath.FromSlash(depsFile))
	if err := os.Remove(file); err != nil { // it must be there, and may share its content with a hard link
		return err
	}
	return os.WriteFile(file, []byte(text.String()), 0o644)
}

// finish writes the stamp and puts the new folder into its place. The old one loses its stamp first: what is left of it
// after a crash must not be trusted.
func (p *preparation) finish(s stamp) error {
	if err := s.write(p.tmp); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(p.dir, stampFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.RemoveAll(p.dir); err != nil {
		return err
	}
	return os.Rename(p.tmp, p.dir) //nolint:forbidigo // siblings, so on one file system
}

func (p *preparation) advance(size int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += size
	if p.in.Progress == nil {
		return
	}
	total := p.in.Source.Size
	for _, d := range p.in.Resolved {
		total += p.in.Dependencies[d.Name].Size
	}
	p.in.Progress(p.done, total)
}
