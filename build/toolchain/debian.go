package toolchain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
)

// debian provides tools from Debian packages, all in one folder: they share libraries. Only the end of ctx is an error.
func (w *work) debian(ctx context.Context, rows []way) error {
	err := w.unpackDebian(ctx, rows)
	if ctx.Err() != nil {
		return fmt.Errorf("providing tools from Debian packages: %w", context.Cause(ctx))
	}
	if err != nil {
		w.fail("", fmt.Errorf("%s: %w", rows[0], err))
	}
	return nil
}

func (w *work) unpackDebian(ctx context.Context, rows []way) error {
	f := w.finder
	temp, err := os.MkdirTemp(f.Dir, temporary+"debian-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(temp)
	tree := filepath.Join(temp, "tree")
	var request debian.Request
	for _, row := range rows {
		request.Packages = append(request.Packages, row.Packages...)
		request.Backports = append(request.Backports, row.Backports...)
		request.Programs = append(append(request.Programs, row.Program), row.Helpers...)
	}
	packages, err := f.install(ctx, request, tree)
	if err != nil {
		return err
	}
	s := stamp{Origin: Debian}
	for _, p := range packages {
		s.Packages = append(s.Packages, p.String())
	}
	var parts []string
	for _, row := range rows {
		k := w.wanted[slices.IndexFunc(w.wanted, func(k kind) bool { return k.name == row.Name })]
		tool, err := f.try(ctx, k, row, tree)
		if err != nil {
			w.fail(row.Name, fmt.Errorf("%s: %w", row, err))
			continue
		}
		s.Tools = append(s.Tools, tool)
		parts = append(parts, tool.Name+"-"+tool.Version)
	}
	if len(parts) == 0 {
		return nil
	}
	if err := seal(tree, s); err != nil {
		return err
	}
	if err := settle(tree, filepath.Join(f.Dir, strings.Join(append(parts, Debian), "-"))); err != nil {
		return err
	}
	for _, tool := range s.Tools {
		w.say("%s %s comes from Debian's archive, unpacked privately", tool.Name, tool.Version)
	}
	return nil
}

func (f *Finder) install(ctx context.Context, request debian.Request, dir string) ([]debian.Package, error) {
	if f.packages != nil {
		return f.packages(ctx, request, dir)
	}
	if f.Debian == nil {
		return nil, debian.ErrNoApt
	}
	archive, err := f.Debian(ctx)
	if err != nil {
		return nil, err
	}
	return archive.Install(ctx, f.Runner, request, dir)
}
