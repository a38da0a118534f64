package feed

import (
	"fmt"
	"image"
	_ "image/jpeg" // decoders
	_ "image/png"
	"os"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
)

// Images say how images become tensors. What is zero comes from the model's description.
type Images struct {
	Width, Height int
	Layout        string    // "nchw" or "nhwc"
	Mean, Std     []float32 // one for all channels or one for each, of pixels from 0 to 1
}

// read makes the value of an input from an image file.
func (i Images) read(info ortwrap.Info, path string) (ortwrap.Value, error) {
	options, err := i.options(info)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	picture, err := imaging.Decode(file)
	if err != nil {
		return nil, err
	}
	data, shape, err := imaging.Pixels([]image.Image{picture}, options)
	if err != nil {
		return nil, err
	}
	return pixels(info, data, without(shape, info.Shape))
}

// check finds what is wrong whatever the model and the image are.
func (i Images) check() error {
	for _, c := range []struct {
		name string
		list []float32
	}{{"--mean", i.Mean}, {"--std", i.Std}} {
		if n := len(c.list); n != 0 && n != 1 && n != 3 {
			return fmt.Errorf("%w: %s has %d numbers: expected 1 for all channels or 3", ErrText, c.name, n)
		}
	}
	switch {
	case slices.Contains(i.Std, 0):
		return fmt.Errorf("%w: --std has a 0: expected other numbers, which pixels are divided by", ErrText)
	case i.Layout != "" && i.Layout != "nchw" && i.Layout != "nhwc":
		return fmt.Errorf("%w: layout %q: expected nchw or nhwc", ErrText, i.Layout)
	case i.Width < 0 || i.Height < 0:
		return fmt.Errorf("%w: --width and --height can't be negative", ErrText)
	}
	return nil
}

// channels is one number for each channel.
func channels(list []float32) [3]float32 {
	switch len(list) {
	case 0:
		return [3]float32{}
	case 1:
		return [3]float32{list[0], list[0], list[0]}
	default:
		return [3]float32(list)
	}
}

// options are those that the user and the model ask for.
func (i Images) options(info ortwrap.Info) (imaging.Options, error) {
	o := imaging.Options{Width: i.Width, Height: i.Height, Mean: channels(i.Mean), Std: channels(i.Std)}
	if info.Type == ortwrap.Uint8 {
		o.Scale = 1
		if len(i.Mean)+len(i.Std) > 0 {
			return o, fmt.Errorf("%w: --mean and --std are not for input %q, whose pixels are of type uint8",
				ErrText, info.Name)
		}
	}
	i.fromModel(&o, info.Shape)
	return o, nil
}

// fromModel sets what the model's shape tells: the layout, the number of channels and, unless the user did, the size.
func (i Images) fromModel(o *imaging.Options, shape ortwrap.Shape) {
	if len(shape) == 4 {
		shape = shape[1:] // one image
	}
	last := i.Layout == "nhwc"
	if len(shape) != 3 {
		// A matrix of pixels, or all of them in a row: grey unless the number of elements says otherwise.
		if n := known(shape); n < 0 || n != 3*int64(o.Width)*int64(o.Height) {
			o.Order = imaging.Gray
		}
		if last {
			o.Layout = imaging.NHWC
		}
		return
	}
	if i.Layout == "" {
		last = isColor(shape[2]) && !isColor(shape[0])
	}
	channels, height, width := shape[0], shape[1], shape[2]
	if last {
		o.Layout = imaging.NHWC
		height, width, channels = shape[0], shape[1], shape[2]
	}
	if channels == 1 {
		o.Order = imaging.Gray
	}
	if o.Width == 0 && width > 0 {
		o.Width = int(width)
	}
	if o.Height == 0 && height > 0 {
		o.Height = int(height)
	}
}

func isColor(d int64) bool { return d == 1 || d == 3 }

// known is the product of the dimensions that are not open.
func known(shape ortwrap.Shape) int64 {
	n := int64(1)
	for _, d := range shape {
		if d >= 0 {
			n *= d
		}
	}
	return n
}

// without gives the tensor of one image the number of dimensions that the model wants.
func without(shape, want ortwrap.Shape) []int64 {
	switch {
	case len(want) == 4 || len(want) == 0:
		return shape
	case len(want) == 3:
		return shape[1:]
	default:
		return fit([]int64{shape.FlattenedSize()}, want, int(shape.FlattenedSize()))
	}
}

// pixels makes a tensor of the type that the model wants.
func pixels(info ortwrap.Info, data []float32, dims []int64) (ortwrap.Value, error) {
	switch info.Type {
	case ortwrap.Float32:
		return ortwrap.TensorOf(data, dims...)
	case ortwrap.Float16:
		return ortwrap.TensorOf(ortwrap.F16s(data), dims...)
	case ortwrap.BFloat16:
		return ortwrap.TensorOf(ortwrap.BF16s(data), dims...)
	case ortwrap.Float64:
		return ortwrap.TensorOf(cast[float64](data), dims...)
	case ortwrap.Uint8:
		return ortwrap.TensorOf(cast[uint8](data), dims...)
	default:
		return nil, fmt.Errorf("%w: input %q wants elements of type %s: images make float16, bfloat16, float32, float64 "+
			"and uint8", ortwrap.ErrUnsupportedValue, info.Name, info.Type)
	}
}

func cast[T float64 | uint8](list []float32) []T {
	out := make([]T, 0, len(list))
	for _, x := range list {
		out = append(out, T(x))
	}
	return out
}
