// Package npy reads and writes the files of NumPy: .npy with one array, .npz with several.
//
//	image, err := npy.ReadFile("image.npy")
//	if err != nil {
//		return err
//	}
//	defer image.Destroy()
//	outputs, err := session.Run(ctx, image)
//	...
//	err = npy.WriteArchive("outputs.npz", map[string]ortwrap.Value{"scores": outputs[0]})
//
// Arrays become values of ortwrap, and values become arrays:
//
//	numpy                                   ortwrap
//	bool, int8…int64, uint8…uint64          *Tensor[T], *Scalar[T] where the array has no dimensions
//	float32, float64                        the same
//	float16                                 *CustomDataTensor of type Float16, or *Native without dimensions
//	str (<U…), bytes (|S…)                  *StringTensor, or *Native without dimensions; str when written
//
// Both byte orders and both orders of dimensions (C and Fortran) are read; the value always has its elements in
// row-major order. All other types are [ErrUnsupported]: objects, which are pickled programs, and records, dates and
// complex numbers, for which ONNX Runtime has no tensors; and the other way round bfloat16, float8 and the 4-bit types,
// for which NumPy has no arrays.
//
// Files may come from anybody: memory is only taken for data that is really there, and whatever is wrong with a file is
// [ErrFormat].
//
// The format is that of NumPy Enhancement Proposal 1 (https://numpy.org/neps/nep-0001-npy-format.html), versions 1.0,
// 2.0 and 3.0. What is written equals what numpy.save writes, byte for byte. The header is read and written by this
// package itself: github.com/sbinet/npyio v0.9.0, the library for it, knows no version 3.0 and no float16, allocates
// whatever a header asks for, panics on some broken headers, and neither aligns nor pads them as NumPy does. The tests
// use it as a second reader.
package npy
