package bundle

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
)

// closure is what a bundle carries.
type closure struct {
	program   *found
	libraries map[string]found // by the name that the loader looks for
	opened    []Opened
	unknown   []string // named in the data of a carried file, found nowhere: "libx.so.1, named in liby.so"
	problems  []error
}

// Opened is a library that another one opens while it runs.
type Opened struct {
	By   string `json:"by"`   // soname of the one that opens
	Name string `json:"name"` // the name that it asks for: the soname of a carried file
	Why  string `json:"why"`
}

// follow finds all that the roots need and open.
func follow(ctx context.Context, f *finder, program *found, roots []found) (closure, error) {
	c := closure{program: program, libraries: map[string]found{}}
	queue := slices.Clone(roots)
	for _, root := range roots {
		c.libraries[root.name()] = root
	}
	if program != nil {
		queue = append([]found{*program}, queue...)
	}
	for len(queue) > 0 {
		if err := context.Cause(ctx); err != nil {
			return c, err
		}
		current := queue[0]
		queue = append(queue[1:], c.neededBy(ctx, f, current)...)
		queue = append(queue, c.openedBy(f, current)...)
	}
	if err := errors.Join(c.problems...); err != nil {
		return c, &fault.Error{
			Op: "find the libraries of the bundle", Err: err,
			Hint: "name the folders that have them: -libraries=DIR:DIR; for CUDA's own ORT_CUDA_HOME and ORT_CUDNN_HOME, as for the build",
		}
	}
	slices.SortFunc(c.opened, func(a, b Opened) int { return strings.Compare(a.By+" "+a.Name, b.By+" "+b.Name) })
	return c, nil
}

// neededBy adds what current needs and returns what is new.
func (c *closure) neededBy(ctx context.Context, f *finder, current found) []found {
	var added []found
	for _, name := range current.needed {
		if systemLibrary.MatchString(name) || driverLibrary.MatchString(name) {
			continue
		}
		if _, known := c.libraries[name]; known {
			continue
		}
		// A folder of the system may hold an older C++ library than the compiler has.
		hit, ok := f.compilers(ctx, name)
		if !ok || !runtimeLibrary.MatchString(name) {
			if nearer, found := f.exact(name, ""); found {
				hit, ok = nearer, true
			}
		}
		if !ok {
			c.problems = append(c.problems, fmt.Errorf("%s needs %s: %w", current.name(), name, f.why(name)))
			continue
		}
		c.libraries[name] = hit
		added = append(added, hit)
	}
	return added
}

// openedBy adds what current opens while it runs and returns what is new.
func (c *closure) openedBy(f *finder, current found) []found {
	var added []found
	add := func(name, why string, must bool) {
		if driverLibrary.MatchString(name) || systemLibrary.MatchString(name) || stem(name) == stem(current.name()) {
			return
		}
		hit, ok := f.loose(name, current.dir)
		if !ok {
			c.missing(f, current, name, must)
			return
		}
		opened := Opened{By: current.name(), Name: hit.name(), Why: why}
		if slices.ContainsFunc(c.opened, func(o Opened) bool { return o.By == opened.By && o.Name == opened.Name }) {
			return
		}
		c.opened = append(c.opened, opened)
		if _, known := c.libraries[hit.name()]; !known {
			c.libraries[hit.name()] = hit
			added = append(added, hit)
		}
	}
	for _, opening := range Openings {
		if opening.By == stem(current.soname) {
			for _, name := range opening.Opens {
				add(name, opening.Source, true)
			}
		}
	}
	for _, name := range current.named {
		ours := strings.HasPrefix(name, "libonnxruntime_providers_")
		if current.soname == "" && !ours {
			continue // a program may name anything, and what it opens is its own affair
		}
		if slices.Contains(current.needed, name) {
			continue
		}
		add(name, "the name is in its data", false)
	}
	return added
}

func (c *closure) missing(f *finder, current found, name string, must bool) {
	if must {
		c.problems = append(c.problems, fmt.Errorf("%s opens %s while it runs: %w", current.name(), name, f.why(name)))
		return
	}
	if _, known := c.libraries[name]; !known && !compilerLibrary.MatchString(name) && current.soname != "" &&
		!strings.HasPrefix(name, "libonnxruntime") {
		c.unknown = append(c.unknown, fmt.Sprintf("%s, named in the data of %s", name, current.name()))
	}
}

// roots returns the provider libraries of a tree.
func roots(f *finder, tree string) ([]found, error) {
	var list []found
	for _, p := range places(tree, "tree") {
		paths, err := glob.In(p.dir, "libonnxruntime_providers_*.so")
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			hit, ok := f.at(p, filepath.Base(path))
			if !ok {
				return nil, f.why(filepath.Base(path))
			}
			list = append(list, hit)
		}
	}
	return list, nil
}
