package imaging

import (
	"bytes"
	"fmt"
	"image"
	"io"
)

// maxPixels is how large an image is decoded: 268 million pixels, which take up to 2 GiB, and more while a decoder works.
const maxPixels = 1 << 28

// Decode reads an image as [image.Decode] does, in all formats whose packages the program imports. It looks at the size
// in the file's header first: decoders take memory for as many pixels as that claims, before they see whether they are
// there, so that a file of a hundred bytes may end the program. The error is [ErrImage] for a side above 65536 pixels
// or more than 2^28 pixels, else that of the decoder or the reader.
func Decode(r io.Reader) (image.Image, error) {
	var head bytes.Buffer // what is read of the header is read again with the pixels
	config, _, err := image.DecodeConfig(io.TeeReader(r, &head))
	if err != nil {
		return nil, fmt.Errorf("decoding an image's header: %w", err)
	}
	width, height := int64(config.Width), int64(config.Height)
	if err := checkSides(width, height); err != nil {
		return nil, err
	}
	if width*height > maxPixels {
		return nil, fmt.Errorf("%w: expected at most %d pixels, got %dx%d", ErrImage, maxPixels, width, height)
	}
	img, _, err := image.Decode(io.MultiReader(&head, r))
	if err != nil {
		return nil, fmt.Errorf("decoding an image of %dx%d pixels: %w", width, height, err)
	}
	return img, nil
}
