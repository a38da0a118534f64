package imaging

import (
	"fmt"
	"image"

	"golang.org/x/image/draw"
)

// maxScale is how many pixels the scaler may hold while it works, of 32 bytes each: 2 GiB. Its own arithmetic ends at
// 2^31, where it panics.
const maxScale = 1 << 26

// scale draws the part from of an image into the part to of another one. The scaler holds as many pixels as the result
// has columns and the image has rows. That is more than either of them has where a tall image becomes a wide one: such
// an image gets its height first.
func scale(out *image.RGBA, to image.Rectangle, img image.Image, from image.Rectangle) {
	if isTurned(from, to) {
		flat := image.NewRGBA64(image.Rect(0, 0, from.Dx(), to.Dy())) // 16 bits: it is rounded once more
		draw.BiLinear.Scale(flat, flat.Rect, img, from, draw.Src, nil)
		img, from = flat, flat.Rect
	}
	draw.BiLinear.Scale(out, to, img, from, draw.Over, nil)
}

// isTurned says that an image becomes wider but less high.
func isTurned(from, to image.Rectangle) bool { return from.Dx() < to.Dx() && from.Dy() > to.Dy() }

// checkScale finds images that take too much memory to scale.
func checkScale(from, to image.Rectangle) error {
	held := int64(to.Dx()) * int64(from.Dy())
	if isTurned(from, to) {
		held = max(int64(from.Dx())*int64(from.Dy()), int64(to.Dx())*int64(to.Dy()))
	}
	if held > maxScale {
		return fmt.Errorf("%w: to bring %dx%d pixels to %dx%d takes %d pixels of memory, expected at most %d",
			ErrImage, from.Dx(), from.Dy(), to.Dx(), to.Dy(), held, maxScale)
	}
	return nil
}
