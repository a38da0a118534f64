package imaging

import (
	"fmt"
	"image/color"
	"math"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// Options say what a model wants to see. The zero value keeps the size, and makes RGB planes from 0 to 1.
type Options struct {
	// Width and Height are the size of the tensor in pixels; both 0 keep that of the image.
	Width, Height int
	// Fit says what becomes of an image with other proportions.
	Fit Fit
	// Background is what shows through transparent pixels and beside a padded image: black where it is nil. Its own
	// transparency does not count.
	Background color.Color
	// Layout is the order of the dimensions.
	Layout Layout
	// Order is the order of the channels.
	Order Order
	// Scale is what a value from 0 to 255 is multiplied by: 0 means 1/255. Use 1 to keep the values.
	Scale float32
	// Mean is subtracted after that, for each channel of the tensor in its order; of Gray only the first one counts.
	Mean [3]float32
	// Std is what the result is divided by, for each channel like Mean: 0 means 1.
	Std [3]float32
}

// Fit is a way to bring an image into another shape.
type Fit int

// The ways to fit.
const (
	Stretch Fit = iota // all of the image, with other proportions
	Crop               // the largest part in the middle that has the proportions of the tensor
	Pad                // all of the image in the middle, with background beside it
)

// Layout is an order of dimensions: number of the image (N), channel (C), row (H), column (W).
type Layout int

// The layouts.
const (
	NCHW Layout = iota // plane after plane, as PyTorch has it
	NHWC               // pixel after pixel, as TensorFlow has it
)

// Order is an order of channels.
type Order int

// The orders.
const (
	RGB  Order = iota // red, green, blue
	BGR               // blue, green, red, as OpenCV has it
	Gray              // one channel: 0.299 red + 0.587 green + 0.114 blue, as in ITU-R BT.601 and PIL's mode L
)

// ImageNet are the options for most classifiers of PyTorch (ResNet, EfficientNet, …): 224x224 from the middle of the
// image, with the mean and the standard deviation of the ImageNet data set. torchvision also cuts off a sixteenth at
// each border.
func ImageNet() Options {
	return Options{
		Width: 224, Height: 224, Fit: Crop,
		Mean: [3]float32{0.485, 0.456, 0.406},
		Std:  [3]float32{0.229, 0.224, 0.225},
	}
}

// Symmetric are options for values from -1 to 1, which MobileNet and Inception of TensorFlow want: v/127.5 - 1. The
// size is that of the image, and the layout NCHW, until they are set.
func Symmetric() Options {
	return Options{Mean: [3]float32{0.5, 0.5, 0.5}, Std: [3]float32{0.5, 0.5, 0.5}}
}

// maxSide is the longest side of an image, in pixels, before and after it is resized.
const maxSide = 1 << 16

func (o Options) check() error {
	switch {
	case o.Width < 0 || o.Height < 0 || o.Width > maxSide || o.Height > maxSide:
		return fmt.Errorf("%w: size %dx%d: expected sides up to %d", ortwrap.ErrOption, o.Width, o.Height, maxSide)
	case (o.Width == 0) != (o.Height == 0):
		return fmt.Errorf("%w: size %dx%d: set both sides, or none to keep the image's",
			ortwrap.ErrOption, o.Width, o.Height)
	case o.Fit < Stretch || o.Fit > Pad:
		return fmt.Errorf("%w: fit %d: expected Stretch, Crop or Pad", ortwrap.ErrOption, o.Fit)
	case o.Layout != NCHW && o.Layout != NHWC:
		return fmt.Errorf("%w: layout %d: expected NCHW or NHWC", ortwrap.ErrOption, o.Layout)
	case o.Order < RGB || o.Order > Gray:
		return fmt.Errorf("%w: order %d: expected RGB, BGR or Gray", ortwrap.ErrOption, o.Order)
	}
	for _, f := range []float32{o.Scale, o.Mean[0], o.Mean[1], o.Mean[2], o.Std[0], o.Std[1], o.Std[2]} {
		if f64 := float64(f); math.IsNaN(f64) || math.IsInf(f64, 0) {
			return fmt.Errorf("%w: scale, mean or std is %g: expected a finite number", ortwrap.ErrOption, f)
		}
	}
	return nil
}

func (o Options) channels() int {
	if o.Order == Gray {
		return 1
	}
	return 3
}

func (o Options) shape(n, width, height int) ortwrap.Shape {
	if o.Layout == NHWC {
		return ortwrap.NewShape(int64(n), int64(height), int64(width), int64(o.channels()))
	}
	return ortwrap.NewShape(int64(n), int64(o.channels()), int64(height), int64(width))
}

// table has the number for the tensor of each value of a channel.
func (o Options) table(channel int) *[256]float32 {
	scale, mean, std := 1./255, float64(o.Mean[channel]), 1.
	if o.Scale != 0 {
		scale = float64(o.Scale)
	}
	if o.Std[channel] != 0 {
		std = float64(o.Std[channel])
	}
	var t [256]float32
	for v := range t {
		t[v] = float32((float64(v)*scale - mean) / std)
	}
	return &t
}
