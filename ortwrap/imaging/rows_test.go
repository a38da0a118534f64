package imaging_test

import (
	"image"
	"image/color"
	"image/draw"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
)

// slow hides an image's type, so that its pixels are asked for one by one.
type slow struct{ image.Image }

// noise are images of the types that are read in a faster way, each a part of a larger image.
func noise(width, height int) map[string]image.Image {
	random := rand.New(rand.NewPCG(1, 2))
	fill := func(pix []uint8) {
		for i := range pix {
			pix[i] = uint8(random.Uint32())
		}
	}
	whole := image.Rect(-1, -2, width+2, height+2)
	part := image.Rect(1, 1, width+1, height+1)
	nrgba, rgba, gray := image.NewNRGBA(whole), image.NewRGBA(whole), image.NewGray(whole)
	fill(nrgba.Pix)
	fill(gray.Pix)
	for i := 3; i < len(nrgba.Pix); i += 12 {
		nrgba.Pix[i] = 255 // every third pixel is opaque
	}
	draw.Draw(rgba, whole, nrgba, whole.Min, draw.Src)
	images := map[string]image.Image{
		"RGBA": rgba.SubImage(part), "NRGBA": nrgba.SubImage(part), "Gray": gray.SubImage(part),
	}
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		ycc := image.NewYCbCr(image.Rect(0, 0, width+2, height+2), ratio)
		fill(ycc.Y)
		fill(ycc.Cb)
		fill(ycc.Cr)
		images[ratio.String()] = ycc.SubImage(part)
	}
	return images
}

func TestTheFastWaysReadWhatTheSlowOneReads(t *testing.T) {
	t.Parallel()
	for name, img := range noise(41, 23) {
		require.Equal(t, 41, img.Bounds().Dx())
		for _, background := range []color.Color{nil, color.RGBA{200, 100, 50, 255}} {
			o := imaging.Options{Scale: 1, Background: background}
			fast, _, err := imaging.Pixels([]image.Image{img}, o)
			require.NoError(t, err)
			want, _, err := imaging.Pixels([]image.Image{slow{img}}, o)
			require.NoError(t, err)
			require.Equal(t, want, fast, name)
		}
	}
}

// An image whose colors are brighter than their alpha allows does not overflow.
func TestBrokenColorsAreWhiteAtMost(t *testing.T) {
	t.Parallel()
	img := image.NewRGBA(image.Rect(0, 0, 1, 1))
	img.Pix = []uint8{255, 255, 255, 0}
	o := imaging.Options{Scale: 1, Background: color.Gray{Y: 128}}
	require.Equal(t, []float32{255, 255, 255}, tensor(t, img, o).GetData())
}

// photos are images without noise, as cameras make them.
func photos(width, height int) map[string]image.Image {
	r := image.Rect(0, 0, width, height)
	rgba, nrgba, gray := image.NewRGBA(r), image.NewNRGBA(r), image.NewGray(r)
	ycc := image.NewYCbCr(r, image.YCbCrSubsampleRatio420)
	for i := range ycc.Y {
		ycc.Y[i] = uint8(64 + i%width*128/width)
	}
	for i := range ycc.Cb {
		ycc.Cb[i], ycc.Cr[i] = uint8(96+i*64/len(ycc.Cb)), 128
	}
	draw.Draw(rgba, r, ycc, image.Point{}, draw.Src)
	draw.Draw(nrgba, r, ycc, image.Point{}, draw.Src)
	draw.Draw(gray, r, ycc, image.Point{}, draw.Src)
	return map[string]image.Image{"RGBA": rgba, "NRGBA": nrgba, "Gray": gray, "YCbCr": ycc}
}

// The metric slower is the time of the general way as a multiple of the one that the type has.
func BenchmarkPixels(b *testing.B) {
	images := photos(640, 480)
	for _, name := range slices.Sorted(maps.Keys(images)) {
		b.Run(name, func(b *testing.B) {
			run := func(img image.Image) time.Duration {
				start := time.Now()
				_, _, err := imaging.Pixels([]image.Image{img}, imaging.Options{})
				require.NoError(b, err)
				return time.Since(start)
			}
			var fast, general time.Duration
			for b.Loop() {
				fast += run(images[name])
				b.StopTimer()
				general += run(slow{images[name]})
				b.StartTimer()
			}
			b.ReportMetric(float64(general)/float64(fast), "slower")
		})
	}
}
