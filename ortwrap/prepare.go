package ortwrap

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// PrepareOptions says what [PrepareInputs] makes. The zero value makes the smallest inputs.
type PrepareOptions struct {
	// Batch is the size of each input's first dimension where the model leaves it open; 0 is 1.
	Batch int64
	// Dims gives sizes to dimensions that the model leaves open, by the model's name for them ("sequence"), or by input
	// and axis ("image:2"), which counts for more. All others get 1, but first dimensions, and what has the name of one,
	// get Batch.
	Dims map[string]int64
	// Integers is the end of the range of integers: they are 0 or more and less than this, and fit in their type. 0 is 2,
	// so that there are zeros and ones: right for masks, token ids and indices of any model.
	Integers int64
	// Seed chooses the elements. The same seed and options give the same elements on every machine.
	Seed uint64
}

// maxPrepared is the largest number of elements of an input: 4 GiB of float32.
const maxPrepared = 1 << 30

// PrepareInputs makes an input of random elements for each of the model's inputs, from what the session says about
// them. The caller destroys them. Floating-point numbers are in [-1, 1), evenly spread; integers are small and not
// negative; bools are true or false; strings are "text 0" to "text 9". An input of which the model tells no shape gets
// a scalar.
//
// The error is [ErrOption] for options that do not fit the model or the memory, and [ErrUnsupportedValue] for an input
// that is no tensor: a session does not tell what is in sequences, maps and optionals.
func PrepareInputs(s *Session, o PrepareOptions) (map[string]Value, error) {
	inputs, err := prepare(s.inputs, o)
	if err != nil {
		return nil, fmt.Errorf("preparing inputs for %q: %w", s.model, err)
	}
	return inputs, nil
}

// RunRandom runs a session on inputs from [PrepareInputs] and returns the outputs by name. The caller destroys them.
func RunRandom(ctx context.Context, s *Session, o PrepareOptions) (map[string]Value, error) {
	inputs, err := PrepareInputs(s, o)
	if err != nil {
		return nil, err
	}
	defer destroyAll(inputs)
	return s.RunNamed(ctx, inputs)
}

func destroyAll(inputs map[string]Value) {
	for _, v := range inputs {
		v.Destroy()
	}
}

func prepare(infos []Info, o PrepareOptions) (map[string]Value, error) {
	sizes, err := o.sizes(infos)
	if err != nil {
		return nil, err
	}
	shapes, counts := make([]Shape, len(infos)), make([]int64, len(infos))
	var bytes int64 // of all inputs
	for i, info := range infos {
		if shapes[i], counts[i], err = shapeOf(info, sizes); err != nil {
			return nil, fmt.Errorf("input %q: %w", info.Name, err)
		}
		size, err := byteSize(info.Type, counts[i])
		if err != nil { // strings, of which each has a header in Go and some bytes in ORT
			size = 32 * counts[i]
		}
		bytes += size
	}
	if err := askForMemory(bytes); err != nil {
		return nil, fmt.Errorf("%w: they take %s bytes, and there is not so much memory (%w): give smaller dimensions",
			ErrOption, group(bytes), err)
	}
	inputs := make(map[string]Value, len(infos))
	for i, info := range infos {
		v, err := o.input(i, info.Type, shapes[i], int(counts[i]))
		if err != nil {
			destroyAll(inputs)
			return nil, fmt.Errorf("input %q: %w", info.Name, err)
		}
		inputs[info.Name] = v
	}
	return inputs, nil
}

// shapeOf is the shape of an input, and the number of its elements.
func shapeOf(info Info, sizes map[string]int64) (shape Shape, n int64, err error) {
	if info.Kind != KindTensor {
		return nil, 0, fmt.Errorf("%w: %s: make this input yourself and call Run", ErrUnsupportedValue, info.Kind)
	}
	shape, n = make(Shape, len(info.Shape)), 1
	for axis, d := range info.Shape {
		if d < 0 {
			d = sizes[axisName(info, axis)]
		}
		shape[axis] = d
		if d > 0 && n > maxPrepared/d {
			return nil, 0, fmt.Errorf("%w: shape %v has more than %d elements", ErrOption, shape, maxPrepared)
		}
		n *= d
	}
	return shape, n, nil
}

// input makes the input of index i, which has n elements.
func (o PrepareOptions) input(i int, element ElementType, shape Shape, n int) (Value, error) {
	integers := o.Integers
	if integers == 0 {
		integers = 2
	}
	// Each input has its own source, so that its elements do not depend on the sizes of the others.
	g := generator{rand.NewPCG(o.Seed, uint64(i)), integers} //nolint:gosec // an index
	return g.tensor(element, shape, n)
}

// sizes gives every open dimension its size, by input and axis, and checks the options.
func (o PrepareOptions) sizes(infos []Info) (map[string]int64, error) {
	if o.Batch < 0 || o.Integers < 0 {
		return nil, fmt.Errorf("%w: batch %d and integers %d must not be negative", ErrOption, o.Batch, o.Integers)
	}
	named := map[string]int64{} // by the model's names: one name has one size
	for _, info := range infos {
		if name := symbol(info, 0); name != "" {
			named[name] = max(o.Batch, 1)
		}
	}
	maps.Copy(named, o.Dims)
	sizes, known := map[string]int64{}, map[string]bool{}
	for _, info := range infos {
		for axis, d := range info.Shape {
			if d >= 0 {
				continue
			}
			name, at := symbol(info, axis), axisName(info, axis)
			known[name], known[at] = true, true
			sizes[at] = 1
			if axis == 0 {
				sizes[at] = max(o.Batch, 1)
			}
			for _, key := range []string{name, at} {
				if size, ok := named[key]; ok {
					sizes[at] = size
				}
			}
		}
	}
	delete(known, "")
	return sizes, o.checkDims(known)
}

func (o PrepareOptions) checkDims(known map[string]bool) error {
	for name, size := range o.Dims {
		if size < 0 {
			return fmt.Errorf("%w: dimension %q must not be negative, got %d", ErrOption, name, size)
		}
		if !known[name] {
			return fmt.Errorf("%w: the model has no open dimension %q: it has %s", ErrOption, name, quotedNames(known))
		}
	}
	return nil
}

// symbol is the model's name for a dimension, or "".
func symbol(info Info, axis int) string {
	if axis < len(info.Symbols) {
		return info.Symbols[axis]
	}
	return ""
}

func axisName(info Info, axis int) string { return fmt.Sprintf("%s:%d", info.Name, axis) }

// quotedNames lists names for error messages.
func quotedNames(names map[string]bool) string {
	if len(names) == 0 {
		return "none"
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		list = append(list, fmt.Sprintf("%q", name))
	}
	return strings.Join(list, ", ")
}
