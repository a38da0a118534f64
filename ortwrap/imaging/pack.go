package imaging

import (
	"image"
	"image/color"
)

// packer writes images into tensors.
type packer struct {
	o          Options
	background color.RGBA64
	tables     [3]*[256]float32 // for each channel of the tensor
	row        []uint8          // red, green and blue of a row's pixels
}

func newPacker(o Options) *packer {
	p := &packer{o: o, background: o.background(), row: make([]uint8, 3*o.Width)}
	for c := range p.tables {
		p.tables[c] = o.table(c)
	}
	return p
}

// pack writes an image of the right size.
func (p *packer) pack(img image.Image, out []float32) {
	read := p.reader(img)
	width, plane := p.o.Width, p.o.Width*p.o.Height
	for y := range p.o.Height {
		read(y, p.row)
		if p.o.Order == Gray {
			p.gray(out[y*width:][:width])
			continue
		}
		for c := range 3 {
			if p.o.Layout == NCHW {
				p.channel(c, out[c*plane+y*width:][:width], 1)
			} else {
				p.channel(c, out[3*y*width+c:3*(y+1)*width], 3)
			}
		}
	}
}

// channel writes one channel of the row, to every step-th element.
func (p *packer) channel(c int, out []float32, step int) {
	table, from := p.tables[c], c
	if p.o.Order == BGR {
		from = 2 - c
	}
	row := p.row[from:]
	for i, k := 0, 0; i < len(out); i, k = i+step, k+3 {
		out[i] = table[row[k]]
	}
}

// gray writes the brightness of the row, with weights in 1/65536 that add up to 1.
func (p *packer) gray(out []float32) {
	table, row := p.tables[0], p.row
	for i := range out {
		r, g, b := uint32(row[3*i]), uint32(row[3*i+1]), uint32(row[3*i+2])
		out[i] = table[(19595*r+38470*g+7471*b+1<<15)>>16]
	}
}
