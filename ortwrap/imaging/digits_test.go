package imaging_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
)

// paper is a digit in black on white, each of its pixels so many pixels large.
func paper(s digits.Sample, size int) image.Image {
	img := image.NewGray(image.Rect(0, 0, 8*size, 8*size))
	for y := range 8 * size {
		for x := range 8 * size {
			img.SetGray(x, y, color.Gray{Y: uint8(255 - s.Pixels[y/size*8+x/size]*255/16 + 0.5)})
		}
	}
	return img
}

func TestAModelReadsDigitsFromImages(t *testing.T) {
	t.Parallel()
	session, err := ortwrap.CreateSession(digits.Model())
	require.NoError(t, err)
	defer session.Close()
	samples, err := digits.Samples()
	require.NoError(t, err)
	for _, size := range []int{1, 2} {
		var images []image.Image
		for _, s := range samples {
			images = append(images, paper(s, size))
		}
		pixels, _, err := imaging.Pixels(images, imaging.Options{
			Width: 8, Height: 8, Order: imaging.Gray,
			Scale: -1. / 255, Mean: [3]float32{-1}, // 1 - v/255: ink is 1
		})
		require.NoError(t, err)
		input, err := ortwrap.NewTensor(ortwrap.NewShape(10, 64), pixels)
		require.NoError(t, err)
		defer input.Destroy()
		outputs, err := session.Run(t.Context(), input)
		require.NoError(t, err)
		defer outputs[0].Destroy()
		probabilities := outputs[0].(*ortwrap.Tensor[float32]).GetData()
		for i, s := range samples {
			best := 0
			for k, p := range probabilities[10*i : 10*i+10] {
				if p > probabilities[10*i+best] {
					best = k
				}
				if size == 1 {
					require.InDelta(t, s.Probabilities[k], p, 0.02, "digit %d", i)
				}
			}
			require.Equal(t, s.Digit, best, "size %d", size)
		}
	}
}
