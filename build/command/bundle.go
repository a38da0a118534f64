package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bundle"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
)

// packed is what stands behind the name of a bundle's folder in that of its archive.
const packed = ".tar.zst"

// Bundle returns the command that makes dir a folder that runs from anywhere: the program, if there is one, and the shared
// libraries that it and the last build need, those that are neither the build's nor CUDA's from a list of folders. With check
// the folder that is there is examined instead.
func Bundle(dir string, program, libraries *string, check *bool) func(context.Context, *Command) error {
	return func(ctx context.Context, c *Command) error {
		dir, err := folder(dir)
		if err != nil {
			return err
		}
		if check != nil && *check {
			return c.checkBundle(ctx, dir)
		}
		return c.makeBundle(ctx, dir, text(program), filepath.SplitList(text(libraries)))
	}
}

// text is the value of a flag, which is nil where it was not given.
func text(flag *string) string {
	if flag == nil {
		return ""
	}
	return *flag
}

// bundled is what a script wants to know of a bundle.
type bundled struct {
	Dir     string   `json:"dir"`
	Archive string   `json:"archive"`
	Files   int      `json:"files"`
	Size    int64    `json:"size"` // bytes
	Notes   []string `json:"notes"`
}

func (c *Command) makeBundle(ctx context.Context, dir, program string, libraries []string) error {
	s, entry, err := c.last()
	if err != nil {
		return err
	}
	if len(s.Separate()) == 0 && program == "" {
		return &fault.Error{
			Op: "make a bundle", On: s.String(), Err: errors.New("the build has no shared library"),
			Hint: "name a program: -program=PATH; for a build with more providers set ORT_PROVIDERS, as for the build",
		}
	}
	target, err := c.Builder.Target()
	if err != nil {
		return err
	}
	homes, err := c.Builder.Homes(ctx, s, entry)
	if err != nil {
		return err
	}
	r, err := c.Builder.Releases(c.Builder.Version())
	if err != nil {
		return err
	}
	want := c.Builder.Want(target, r.Protoc)
	want.Patchelf = true
	tools, err := c.Builder.Provide(ctx, want)
	if err != nil {
		return err
	}
	phase := c.Console.Phase("bundle")
	m, err := bundle.Make(ctx, bundle.Input{
		Program: program, Tree: entry.Dir, Toolkit: homes.CUDA.Home, CUDNN: homes.CUDNN.Home,
		Extra:    slices.Concat(homes.Folders(), libraries),
		Licenses: homes.Licenses(), Out: dir, Runner: c.Runner, CC: tools.CXX.Path, Patchelf: tools.Patchelf.Path,
	})
	if err != nil {
		phase.Failed()
		return err
	}
	phase.Done("%d files, %s", len(m.Files), humanize.Bytes(uint64(m.Size()))) //nolint:gosec // a size
	phase = c.Console.Phase("pack")
	if err := bundle.Pack(ctx, dir, dir+packed); err != nil {
		phase.Failed()
		return errors.Join(err, os.RemoveAll(dir)) // else the same command would find it there
	}
	phase.Done("%s", dir+packed)
	result := bundled{Dir: dir, Archive: dir + packed, Files: len(m.Files), Size: m.Size(), Notes: m.Notes}
	return c.Print(result, func(w io.Writer) error {
		for _, note := range m.Notes {
			fmt.Fprintln(w, "note:", note)
		}
		return report.Table(w, [][]string{
			{"folder", dir},
			{"archive", dir + packed},
			{"files", fmt.Sprint(len(m.Files))},
			{"size", humanize.Bytes(uint64(m.Size()))}, //nolint:gosec // a size
		})
	})
}

func (c *Command) checkBundle(ctx context.Context, dir string) error {
	tools, _, err := c.Builder.Tools.Find(ctx, c.Builder.Want(platform.Target{}, ""))
	if err != nil {
		return err
	}
	phase := c.Console.Phase("check")
	r, err := bundle.Check(ctx, bundle.CheckInput{
		Dir: dir, Runner: c.Runner, CC: tools.CC.Path, Proof: c.Settings.CI,
	})
	if err != nil {
		phase.Failed()
		return err
	}
	phase.Done("%d files", r.Files)
	return c.Print(r, func(w io.Writer) error {
		for _, line := range r.Opened {
			fmt.Fprintln(w, "opened", line)
		}
		if r.Skipped != "" {
			fmt.Fprintln(w, "note: nothing was opened in an empty root:", r.Skipped)
		}
		_, err := fmt.Fprintf(w, "%d files are as the manifest says, and nothing is missing\n", r.Files)
		return err
	})
}
