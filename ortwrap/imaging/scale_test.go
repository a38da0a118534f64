package imaging_test

import (
	"image"
	"image/color"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
)

// A line that is turned by resizing it: the product of its height and the result's width is beyond 32 bits.
func TestATallLineBecomesAWideOne(t *testing.T) {
	t.Parallel()
	for _, size := range []struct{ from, to image.Point }{
		{image.Pt(1, 65536), image.Pt(65536, 1)},
		{image.Pt(65536, 1), image.Pt(1, 65536)},
	} {
		img := uniform(size.from.X, size.from.Y, color.Gray{Y: 51})
		v := tensor(t, img, imaging.Options{Width: size.to.X, Height: size.to.Y})
		require.Len(t, v.GetData(), 3*65536)
		for _, x := range v.GetData() {
			if x != 0.2 {
				require.Equal(t, float32(0.2), x)
			}
		}
	}
}

// Not parallel: it measures.
func TestResizingTakesMemoryForTheImageAndTheResult(t *testing.T) {
	img := uniform(1, 65536, color.Gray{Y: 51})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := imaging.Pixels([]image.Image{img}, imaging.Options{Width: 512, Height: 512})
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100<<20)) // not the 1 GiB of 65536 rows of 512 columns
}

func TestTheHeightFirstMakesTheSamePixels(t *testing.T) {
	t.Parallel()
	for name, img := range noise(23, 61) {
		for _, background := range []color.Color{color.Black, color.White} {
			want := image.NewRGBA(image.Rect(0, 0, 47, 29))
			draw.Draw(want, want.Rect, image.NewUniform(background), image.Point{}, draw.Src)
			draw.BiLinear.Scale(want, want.Rect, img, img.Bounds(), draw.Over, nil)
			o := imaging.Options{Width: 47, Height: 29, Layout: imaging.NHWC, Scale: 1, Background: background}
			got := tensor(t, img, o).GetData()
			for i := range 47 * 29 {
				for c := range 3 {
					require.InDelta(t, want.Pix[4*i+c], got[3*i+c], 1, "%s: pixel %d, channel %d", name, i, c)
				}
			}
		}
	}
}

// vast is an image that takes no memory.
type vast struct {
	*image.Uniform
	width, height int
}

func (v vast) Bounds() image.Rectangle { return image.Rect(0, 0, v.width, v.height) }

func TestImagesTooLargeToResizeAreErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ width, height, toWidth, toHeight int }{
		{65536, 65536, 2048, 2048},
		{65536, 65536, 65536, 1}, // the product is 0 in 32 bits
		{65535, 65536, 65536, 1},
		{65536, 32769, 2048, 1},
		{1, 9000, 8200, 8200},
		{8193, 8192, 8194, 1},
	} {
		img := vast{image.NewUniform(color.White), c.width, c.height}
		o := imaging.Options{Width: c.toWidth, Height: c.toHeight, Order: imaging.Gray}
		_, _, err := imaging.Pixels([]image.Image{img}, o)
		require.ErrorIs(t, err, imaging.ErrImage, "%v", c)
		require.ErrorContains(t, err, "image 0: unusable image: to bring ")
		require.ErrorContains(t, err, "expected at most 67108864")
	}
}
