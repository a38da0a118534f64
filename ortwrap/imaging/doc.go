// Package imaging turns images into tensors for models that see.
//
//	img, _, err := image.Decode(file) // with _ "image/jpeg" imported
//	if err != nil {
//		return err
//	}
//	input, err := imaging.Tensor(img, imaging.ImageNet())
//	if err != nil {
//		return err
//	}
//	defer input.Destroy()
//	outputs, err := session.Run(ctx, input)
//
// With the zero [Options] an image keeps its size and becomes float32[1, 3, height, width]: red, green and blue from 0
// to 1. The options say what a model wants instead.
//
// # Steps
//
// The image is brought to the size of the options, if they have one, by a tent filter (BiLinear of
// golang.org/x/image/draw), which is as wide as the pixels that it makes: nothing is skipped when an image shrinks.
// That is what PIL calls BILINEAR and torchvision antialias=True; both round otherwise, so that values differ by 1 of
// 255 here and there. What is transparent shows the background, black if the options have none. Each channel then has
// values v from 0 to 255 (of 16-bit images the upper half), and the tensor gets
//
//	(v*Scale - Mean) / Std
//
// An image with a note on its orientation (Exif) is taken as it is stored.
package imaging
