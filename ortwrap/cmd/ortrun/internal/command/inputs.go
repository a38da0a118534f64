package command

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/feed"
)

// inputFlags say what a model is run on.
type inputFlags struct {
	inputs []string
	seed   uint64
	dims   map[string]int64
	size   int64 // --batch, or the largest one where a command takes several
	images feed.Images
	mean   []float32
	std    []float32
}

// flags adds the flags, and --batch where a command takes one number.
func (f *inputFlags) flags(c *cobra.Command, batch bool) {
	flags := c.Flags()
	flags.StringArrayVarP(&f.inputs, "input", "i", nil,
		"an `input`: name=FILE (.npy, .json, .png, .jpeg), name=VALUE (JSON: 5, [1,2]), FILE (.npz, .json with names)")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of random inputs")
	flags.StringToInt64Var(&f.dims, "dim", nil, "`sizes` of named dimensions of random inputs: length=128,width=3")
	f.size = 1
	if batch {
		flags.Int64Var(&f.size, "batch", 1, "first dimension of random inputs where the model leaves it open")
	}
	flags.StringVar(&f.images.Layout, "layout", "",
		"`order` of an image's dimensions: nchw or nhwc (default: from the model)")
	flags.IntVar(&f.images.Width, "width", 0, "width of images (default: from the model, else that of the file)")
	flags.IntVar(&f.images.Height, "height", 0, "height of images (default: from the model, else that of the file)")
	flags.Float32SliceVar(&f.mean, "mean", nil, "`numbers` subtracted from the channels of images, which go from 0 to 1")
	flags.Float32SliceVar(&f.std, "std", nil, "`numbers` that the channels of images are divided by, after that")
	for _, name := range []string{"dim", "mean", "std"} {
		flags.Lookup(name).DefValue = "" // pflag would print "[]"
	}
	completeFlag(c, "layout", "nchw", "nhwc")
}

// inputNames are the names of these flags.
var inputNames = []string{"input", "seed", "dim", "batch", "layout", "width", "height", "mean", "std"}

// changedInputs lists those of these flags that the user gave: "--dim, --batch".
func changedInputs(c *cobra.Command) string {
	var list []string
	for _, name := range inputNames {
		if c.Flags().Changed(name) {
			list = append(list, "--"+name)
		}
	}
	return strings.Join(list, ", ")
}

// given is the inputs of a run.
type given struct {
	values map[string]ortwrap.Value
	random []string // those that the user did not give
}

// values makes all inputs of a model: those that the user gives, and random ones for the others. The caller destroys
// them.
func (f *inputFlags) values(s *ortwrap.Session, batch int64) (given, error) {
	images := f.images
	images.Mean, images.Std = f.mean, f.std
	if batch < 1 {
		return given{}, usagef("batch %d: expected 1 or more", batch)
	}
	read, err := feed.Read(s.Inputs(), f.inputs, images)
	if err != nil {
		return given{}, err
	}
	all := given{values: read}
	if len(read) > 0 && len(read) == len(s.Inputs()) {
		if f.size > 1 || len(f.dims) > 0 {
			destroyAll(read)
			return given{}, usagef("--batch and --dim are for random inputs, but all inputs are given")
		}
		return all, nil
	}
	for _, info := range s.Inputs() {
		if info.Kind == ortwrap.KindSequence || info.Kind == ortwrap.KindMap {
			destroyAll(read)
			return given{}, fmt.Errorf("%w: input %q is a %s, and ortrun gives tensors only: run the model in a program, "+
				"with package ortwrap", ortwrap.ErrUnsupportedValue, info.Name, info.Kind)
		}
	}
	prepared, err := ortwrap.PrepareInputs(s, ortwrap.PrepareOptions{Batch: batch, Seed: f.seed, Dims: f.dims})
	if err != nil {
		destroyAll(read)
		return given{}, fmt.Errorf("%w (or give the inputs with --input)", err)
	}
	for name, v := range prepared {
		if _, have := read[name]; have {
			v.Destroy()
			continue
		}
		read[name] = v
		all.random = append(all.random, name)
	}
	slices.Sort(all.random)
	if err := f.takeBatch(s.Inputs(), all.random); err != nil {
		destroyAll(read)
		return given{}, err
	}
	return all, nil
}

// takeBatch refuses a batch that changes none of the random inputs: what was run with it would look like what it is not.
func (f *inputFlags) takeBatch(infos []ortwrap.Info, random []string) error {
	if f.size <= 1 {
		return nil
	}
	batched := map[string]bool{} // names of first dimensions, which have that size wherever they stand
	for _, info := range infos {
		batched[symbol(info, 0)] = true
	}
	delete(batched, "")
	var list []string
	for _, info := range infos {
		if !slices.Contains(random, info.Name) {
			continue
		}
		for axis, d := range info.Shape {
			if d < 0 && (axis == 0 || batched[symbol(info, axis)]) && !f.sized(info, axis) {
				return nil
			}
		}
		list = append(list, info.String())
	}
	return usagef("batch %d changes no random input, for none has a first dimension that the model and --dim leave open: "+
		"%s: leave the batch at 1", f.size, cmp.Or(strings.Join(list, ", "), "the model takes no inputs"))
}

// sized says whether --dim gives the size of a dimension, by the model's name for it or by input and axis.
func (f *inputFlags) sized(info ortwrap.Info, axis int) bool {
	_, byName := f.dims[symbol(info, axis)]
	_, byAxis := f.dims[fmt.Sprintf("%s:%d", info.Name, axis)]
	return byName || byAxis
}

// symbol is the model's name for a dimension, or "".
func symbol(info ortwrap.Info, axis int) string {
	if axis < len(info.Symbols) {
		return info.Symbols[axis]
	}
	return ""
}

// note tells on the standard error which inputs are not the user's.
func (a *app) note(g given) {
	if len(g.random) > 0 {
		fmt.Fprintf(a.err, "random: %s\n", strings.Join(g.random, ", "))
	}
}

// shapes is a text about values: "image float32[1 64]".
func shapes(m map[string]ortwrap.Value) string {
	if len(m) == 0 {
		return "none"
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, name+" "+describe(m[name]))
	}
	return strings.Join(list, ", ")
}

// describe is the kind of a value, or the type and shape of a tensor.
func describe(v ortwrap.Value) string {
	if v == nil {
		return "nothing"
	}
	if kind := ortwrap.Kind(v.GetONNXType()); kind != ortwrap.KindTensor {
		return kind.String()
	}
	return fmt.Sprintf("%s%v", ortwrap.ElementType(v.DataType()), []int64(v.GetShape()))
}
