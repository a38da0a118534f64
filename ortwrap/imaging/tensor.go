package imaging

import (
	"errors"
	"fmt"
	"image"
	"reflect"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// ErrImage is an image that no tensor can be made of.
var ErrImage = errors.New("unusable image")

// maxElements is how large a tensor gets: 4 GiB.
const maxElements = 1 << 30

// Tensor makes a tensor of one image: float32[1, channels, height, width], or float32[1, height, width, channels] with
// the layout NHWC. The caller destroys it. The error is [ErrImage] for an image that is nil, empty, huge (a side above
// 65536 pixels) or too large to resize (see the package's comment), and [ortwrap.ErrOption].
func Tensor(img image.Image, o Options) (*ortwrap.Tensor[float32], error) {
	return Batch([]image.Image{img}, o)
}

// Batch makes one tensor of several images, as [Tensor] does of one. Without a size in the options the images must all
// have the same. The error is [ErrImage] too where there are none, or more than fit in 4 GiB.
func Batch(imgs []image.Image, o Options) (*ortwrap.Tensor[float32], error) {
	data, shape, err := Pixels(imgs, o)
	if err != nil {
		return nil, err
	}
	return ortwrap.NewTensor(shape, data)
}

// Pixels are the elements of the tensor that [Batch] makes, and its shape. They are for models that want another shape,
// such as images without the first dimension. The errors are those of Batch.
func Pixels(imgs []image.Image, o Options) ([]float32, ortwrap.Shape, error) {
	if err := o.check(); err != nil {
		return nil, nil, err
	}
	if len(imgs) == 0 {
		return nil, nil, fmt.Errorf("%w: expected at least one", ErrImage)
	}
	width, height := o.Width, o.Height
	for i, img := range imgs {
		if err := checkImage(img); err != nil {
			return nil, nil, fmt.Errorf("image %d: %w", i, err)
		}
		size := img.Bounds().Size()
		switch {
		case width == 0:
			width, height = size.X, size.Y
		case o.Width == 0 && size != image.Pt(width, height):
			return nil, nil, fmt.Errorf("image %d: %w: expected %dx%d pixels like the first one, got %dx%d: set a size",
				i, ErrImage, width, height, size.X, size.Y)
		}
	}
	one := int64(width) * int64(height) * int64(o.channels())
	if one > maxElements/int64(len(imgs)) {
		return nil, nil, fmt.Errorf("%w: %d of %dx%d pixels are too many for a tensor of %d elements",
			ErrImage, len(imgs), width, height, maxElements)
	}
	o.Width, o.Height = width, height
	data := make([]float32, one*int64(len(imgs)))
	p := newPacker(o)
	for i, img := range imgs {
		fitted, err := fit(img, o)
		if err != nil {
			return nil, nil, fmt.Errorf("image %d: %w", i, err)
		}
		p.pack(fitted, data[int64(i)*one:][:one])
	}
	return data, o.shape(len(imgs), width, height), nil
}

func checkImage(img image.Image) error {
	if r := reflect.ValueOf(img); img == nil || r.Kind() == reflect.Pointer && r.IsNil() {
		return fmt.Errorf("%w: it is nil", ErrImage)
	}
	// Not Dx and Dy: they may overflow.
	b := img.Bounds()
	if b.Empty() {
		return fmt.Errorf("%w: it is empty", ErrImage)
	}
	return checkSides(int64(b.Max.X)-int64(b.Min.X), int64(b.Max.Y)-int64(b.Min.Y))
}

func checkSides(width, height int64) error {
	if width > maxSide || height > maxSide {
		return fmt.Errorf("%w: expected sides up to %d pixels, got %dx%d", ErrImage, maxSide, width, height)
	}
	return nil
}
