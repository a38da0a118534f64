package imaging

import (
	"image"
	"image/color"
	"image/draw"
)

// reader returns a function that reads a row of an image, counted from its top, as red, green and blue. Images of the
// usual types are read from their memory: to ask an image for each pixel takes many times as long.
func (p *packer) reader(img image.Image) func(y int, row []uint8) {
	at := img.Bounds().Min
	switch img := img.(type) {
	case *image.RGBA:
		return func(y int, row []uint8) { p.pixels(img.Pix[img.PixOffset(at.X, at.Y+y):], row, rgba) }
	case *image.NRGBA:
		return func(y int, row []uint8) { p.pixels(img.Pix[img.PixOffset(at.X, at.Y+y):], row, nrgba) }
	case *image.Gray:
		return func(y int, row []uint8) {
			pix := img.Pix[img.PixOffset(at.X, at.Y+y):]
			for i, v := range pix[:p.o.Width] {
				to := row[3*i : 3*i+3 : 3*i+3]
				to[0], to[1], to[2] = v, v, v
			}
		}
	case *image.YCbCr:
		line := image.NewRGBA(image.Rect(0, 0, p.o.Width, 1))
		return func(y int, row []uint8) {
			draw.Draw(line, line.Rect, img, at.Add(image.Pt(0, y)), draw.Src) // has a fast way of its own
			p.pixels(line.Pix, row, rgba)
		}
	default:
		return func(y int, row []uint8) {
			for i := 0; i < len(row); i += 3 {
				r, g, b, a := img.At(at.X+i/3, at.Y+y).RGBA()
				p.blend(row[i:i+3], r, g, b, a)
			}
		}
	}
}

// pixels reads pixels of four bytes, of which the last one is the opacity. Only those that are not opaque have to be
// turned into a color, by one of the functions below.
func (p *packer) pixels(pix, row []uint8, color func(pixel []uint8) (r, g, b, a uint32)) {
	for i, k := 0, 0; i < len(row); i, k = i+3, k+4 {
		from, to := pix[k:k+4:k+4], row[i:i+3:i+3]
		if from[3] == 0xff {
			to[0], to[1], to[2] = from[0], from[1], from[2]
		} else {
			r, g, b, a := color(from)
			p.blend(to, r, g, b, a)
		}
	}
}

func rgba(p []uint8) (r, g, b, a uint32) { return color.RGBA{p[0], p[1], p[2], p[3]}.RGBA() }

func nrgba(p []uint8) (r, g, b, a uint32) { return color.NRGBA{p[0], p[1], p[2], p[3]}.RGBA() }

// blend puts a color over the background: Porter and Duff's "over", in 16 bits.
func (p *packer) blend(to []uint8, r, g, b, a uint32) {
	over := func(v uint32, under uint16) uint8 {
		return uint8(min(v+uint32(under)*(0xffff-a)/0xffff, 0xffff) >> 8)
	}
	to[0], to[1], to[2] = over(r, p.background.R), over(g, p.background.G), over(b, p.background.B)
}
