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
		return func(y int, row []uint8) { p.rgba(img.Pix[img.PixOffset(at.X, at.Y+y):], row) }
	case *image.NRGBA:
		return func(y int, row []uint8) { p.nrgba(img.Pix[img.PixOffset(at.X, at.Y+y):], row) }
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
			p.rgba(line.Pix, row)
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

func (p *packer) rgba(pix, row []uint8) {
	for i, k := 0, 0; i < len(row); i, k = i+3, k+4 {
		from, to := pix[k:k+4:k+4], row[i:i+3:i+3]
		if from[3] == 0xff {
			to[0], to[1], to[2] = from[0], from[1], from[2]
		} else {
			r, g, b, a := color.RGBA{from[0], from[1], from[2], from[3]}.RGBA()
			p.blend(to, r, g, b, a)
		}
	}
}

func (p *packer) nrgba(pix, row []uint8) {
	for i, k := 0, 0; i < len(row); i, k = i+3, k+4 {
		from, to := pix[k:k+4:k+4], row[i:i+3:i+3]
		if from[3] == 0xff {
			to[0], to[1], to[2] = from[0], from[1], from[2]
		} else {
			r, g, b, a := color.NRGBA{from[0], from[1], from[2], from[3]}.RGBA()
			p.blend(to, r, g, b, a)
		}
	}
}

// blend puts a color over the background: Porter and Duff's "over", in 16 bits.
func (p *packer) blend(to []uint8, r, g, b, a uint32) {
	over := func(v uint32, under uint16) uint8 {
		return uint8(min(v+uint32(under)*(0xffff-a)/0xffff, 0xffff) >> 8)
	}
	to[0], to[1], to[2] = over(r, p.background.R), over(g, p.background.G), over(b, p.background.B)
}
