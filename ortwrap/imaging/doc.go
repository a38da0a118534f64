// Package imaging turns images into tensors for models that see.
//
//	img, err := imaging.Decode(file) // with _ "image/jpeg" imported
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
//
// # Limits
//
// Images may come from anybody: [Decode] refuses those that claim to be huge before it takes memory for them. To resize
// takes 32 bytes for each column of the result in each row of the image, and may take 2 GiB, which is 2^26 of them: an
// image of 32768 rows, for one, gets up to 2048 columns. An image that becomes wider and less high takes 32 bytes for
// each of its pixels or each of the result's, whichever are more. What goes beyond is [ErrImage].
package imaging
