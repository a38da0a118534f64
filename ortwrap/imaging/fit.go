package imaging

import (
	"image"
	"image/color"
	"image/draw"
)

// fit brings an image to the size of the options. One that has it already is not touched.
func fit(img image.Image, o Options) (image.Image, error) {
	from, to := img.Bounds(), image.Rect(0, 0, o.Width, o.Height)
	if from.Dx() == o.Width && from.Dy() == o.Height {
		return img, nil
	}
	switch o.Fit {
	case Crop:
		from = inner(from, o.Width, o.Height)
	case Pad:
		to = inner(to, from.Dx(), from.Dy())
	}
	if err := checkScale(from, to); err != nil {
		return nil, err
	}
	out := image.NewRGBA(image.Rect(0, 0, o.Width, o.Height))
	draw.Draw(out, out.Rect, image.NewUniform(o.background()), image.Point{}, draw.Src)
	scale(out, to, img, from)
	return out, nil
}

// inner is the largest rectangle in the middle of r that has the proportions of width to height.
func inner(r image.Rectangle, width, height int) image.Rectangle {
	dx, dy := int64(r.Dx()), int64(r.Dy())
	w, h := int64(width), int64(height)
	if dx*h > dy*w { // r is too wide
		dx = max(1, (dy*w+h/2)/h)
	} else {
		dy = max(1, (dx*h+w/2)/w)
	}
	at := r.Min.Add(image.Pt((r.Dx()-int(dx))/2, (r.Dy()-int(dy))/2))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(int(dx), int(dy)))}
}

func (o Options) background() color.RGBA64 {
	if o.Background == nil {
		return color.RGBA64{A: 0xffff}
	}
	c := color.NRGBA64Model.Convert(o.Background).(color.NRGBA64)
	return color.RGBA64{R: c.R, G: c.G, B: c.B, A: 0xffff}
}
