package imaging_test

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
)

// tiny is two pixels wide and one high: red with a little green, and blue.
func tiny() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 2, 1))
	img.Set(0, 0, color.RGBA{255, 51, 0, 255})
	img.Set(1, 0, color.RGBA{0, 0, 255, 255})
	return img
}

func uniform(width, height int, c color.Color) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

// tensor makes a tensor, and destroys it at the end of the test.
func tensor(t testing.TB, img image.Image, o imaging.Options) *ortwrap.Tensor[float32] {
	t.Helper()
	v, err := imaging.Tensor(img, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Destroy()) })
	return v
}

func TestTensorsHaveExactlyTheseNumbers(t *testing.T) {
	t.Parallel()
	half := uniform(1, 1, color.NRGBA{255, 0, 0, 128})
	for name, c := range map[string]struct {
		img   image.Image
		o     imaging.Options
		shape ortwrap.Shape
		want  []float32
	}{
		"zero options": {tiny(), imaging.Options{}, ortwrap.NewShape(1, 3, 1, 2), []float32{1, 0, 0.2, 0, 0, 1}},
		"NHWC": {
			tiny(), imaging.Options{Layout: imaging.NHWC}, ortwrap.NewShape(1, 1, 2, 3), []float32{1, 0.2, 0, 0, 0, 1},
		},
		"BGR": {
			tiny(), imaging.Options{Order: imaging.BGR}, ortwrap.NewShape(1, 3, 1, 2), []float32{0, 1, 0.2, 0, 1, 0},
		},
		"BGR, NHWC": {
			tiny(),
			imaging.Options{Order: imaging.BGR, Layout: imaging.NHWC},
			ortwrap.NewShape(1, 1, 2, 3),
			[]float32{0, 0.2, 1, 1, 0, 0},
		},
		"gray": {
			tiny(), imaging.Options{Order: imaging.Gray, Scale: 1}, ortwrap.NewShape(1, 1, 1, 2), []float32{106, 29},
		},
		"gray, NHWC": {
			tiny(),
			imaging.Options{Order: imaging.Gray, Scale: 1, Layout: imaging.NHWC},
			ortwrap.NewShape(1, 1, 2, 1),
			[]float32{106, 29},
		},
		"mean and std go with the tensor's channels": {
			tiny(),
			imaging.Options{Order: imaging.BGR, Mean: [3]float32{1, 0.2, 0}, Std: [3]float32{0, 2, 4}},
			ortwrap.NewShape(1, 3, 1, 2),
			[]float32{-1, 0, 0, -0.1, 0.25, 0},
		},
		"from -1 to 1": {
			tiny(), imaging.Symmetric(), ortwrap.NewShape(1, 3, 1, 2), []float32{1, -1, -0.6, -1, -1, 1},
		},
		"turned round": {
			tiny(),
			imaging.Options{Scale: -1. / 255, Mean: [3]float32{-1, -1, -1}},
			ortwrap.NewShape(1, 3, 1, 2),
			[]float32{0, 1, 0.8, 1, 1, 0},
		},
		"transparent on black": {half, imaging.Options{Scale: 1}, ortwrap.NewShape(1, 3, 1, 1), []float32{128, 0, 0}},
		"transparent on white": {
			half,
			imaging.Options{Scale: 1, Background: color.White},
			ortwrap.NewShape(1, 3, 1, 1),
			[]float32{255, 127, 127},
		},
		"16 bits": {
			&image.Gray16{Pix: []uint8{0x80, 0xff}, Stride: 2, Rect: image.Rect(0, 0, 1, 1)},
			imaging.Options{Scale: 1},
			ortwrap.NewShape(1, 3, 1, 1),
			[]float32{128, 128, 128},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := tensor(t, c.img, c.o)
			require.Equal(t, c.shape, v.GetShape())
			require.InDeltaSlice(t, c.want, v.GetData(), 1e-6)
		})
	}
}

func TestImageNetHasTheNumbersOfTorchvision(t *testing.T) {
	t.Parallel()
	v := tensor(t, uniform(10, 20, color.NRGBA{255, 0, 51, 255}), imaging.ImageNet())
	require.Equal(t, ortwrap.NewShape(1, 3, 224, 224), v.GetShape())
	for c, want := range []float64{(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225} {
		for _, got := range v.GetData()[c*224*224 : (c+1)*224*224] {
			require.InDelta(t, want, got, 1e-6)
		}
	}
}

// bars is 4 wide and 2 high, one gray a column.
func bars() *image.Gray {
	return &image.Gray{Pix: []uint8{10, 20, 30, 40, 10, 20, 30, 40}, Stride: 4, Rect: image.Rect(0, 0, 4, 2)}
}

func TestFits(t *testing.T) {
	t.Parallel()
	white, rows := []float32{255, 255, 255, 255}, []float32{10, 20, 30, 40, 10, 20, 30, 40}
	gray := imaging.Options{Order: imaging.Gray, Scale: 1, Background: color.White}
	for name, c := range map[string]struct {
		fit           imaging.Fit
		width, height int
		want          []float32
	}{
		"stretch":         {imaging.Stretch, 4, 1, []float32{10, 20, 30, 40}},
		"crop the sides":  {imaging.Crop, 2, 2, []float32{20, 30, 20, 30}},
		"crop the height": {imaging.Crop, 4, 1, []float32{10, 20, 30, 40}},
		"pad above":       {imaging.Pad, 4, 4, slices.Concat(white, rows, white)},
		"pad the sides":   {imaging.Pad, 6, 2, []float32{255, 10, 20, 30, 40, 255, 255, 10, 20, 30, 40, 255}},
		"to a line":       {imaging.Pad, 1, 9, []float32{255, 255, 255, 255, 25, 255, 255, 255, 255}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := gray
			o.Fit, o.Width, o.Height = c.fit, c.width, c.height
			require.InDeltaSlice(t, c.want, tensor(t, bars(), o).GetData(), 1.01)
		})
	}
}

func TestABatchIsItsImagesOneAfterTheOther(t *testing.T) {
	t.Parallel()
	a, b := tiny(), uniform(2, 1, color.NRGBA{0, 255, 0, 255})
	batch, err := imaging.Batch([]image.Image{a, b}, imaging.Options{})
	require.NoError(t, err)
	defer batch.Destroy()
	require.Equal(t, ortwrap.NewShape(2, 3, 1, 2), batch.GetShape())
	want := append(append([]float32{}, tensor(t, a, imaging.Options{}).GetData()...), 0, 0, 1, 1, 0, 0)
	require.Equal(t, want, batch.GetData())

	sized, shape, err := imaging.Pixels([]image.Image{bars(), a}, imaging.Options{Width: 3, Height: 3})
	require.NoError(t, err)
	require.Equal(t, ortwrap.NewShape(2, 3, 3, 3), shape)
	require.Len(t, sized, 54)
}

func TestUnusableImagesAndOptionsAreErrors(t *testing.T) {
	t.Parallel()
	var gone *image.RGBA
	one := []image.Image{tiny()}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, c := range map[string]struct {
		imgs []image.Image
		o    imaging.Options
		is   error
		text string
	}{
		"none":             {nil, imaging.Options{}, imaging.ErrImage, "at least one"},
		"nil":              {[]image.Image{tiny(), nil}, imaging.Options{}, imaging.ErrImage, "image 1: "},
		"nil pointer":      {[]image.Image{gone}, imaging.Options{}, imaging.ErrImage, "it is nil"},
		"empty":            {[]image.Image{&image.RGBA{}}, imaging.Options{}, imaging.ErrImage, "it is empty"},
		"without borders":  {[]image.Image{image.Black}, imaging.Options{}, imaging.ErrImage, "sides up to 65536"},
		"different sizes":  {[]image.Image{tiny(), bars()}, imaging.Options{}, imaging.ErrImage, "expected 2x1"},
		"too large":        {one, imaging.Options{Width: 65536, Height: 65536}, imaging.ErrImage, "too many"},
		"negative":         {one, imaging.Options{Width: -1, Height: 1}, ortwrap.ErrOption, "size -1x1"},
		"huge":             {one, imaging.Options{Width: 1, Height: 1 << 17}, ortwrap.ErrOption, "sides up to"},
		"one side":         {one, imaging.Options{Width: 4}, ortwrap.ErrOption, "set both sides"},
		"unknown fit":      {one, imaging.Options{Fit: 7}, ortwrap.ErrOption, "fit 7"},
		"unknown layout":   {one, imaging.Options{Layout: -1}, ortwrap.ErrOption, "layout -1"},
		"unknown order":    {one, imaging.Options{Order: 3}, ortwrap.ErrOption, "order 3"},
		"scale not finite": {one, imaging.Options{Scale: inf}, ortwrap.ErrOption, "+Inf"},
		"mean not finite":  {one, imaging.Options{Mean: [3]float32{0, nan}}, ortwrap.ErrOption, "NaN"},
		"std not finite":   {one, imaging.Options{Std: [3]float32{0, 0, nan}}, ortwrap.ErrOption, "NaN"},
	} {
		v, err := imaging.Batch(c.imgs, c.o)
		require.ErrorIs(t, err, c.is, name)
		require.ErrorContains(t, err, c.text, name)
		require.Nil(t, v, name)
	}
}
