package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"unsafe"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// hostOrder is the byte order of this machine, as types have it.
var hostOrder = map[bool]byte{true: '<', false: '>'}[binary.NativeEndian.Uint16([]byte{1, 0}) == 1]

// step is how many bytes are taken for data at once where it is not known how many there are.
const step = 1 << 20

// data reads the elements of the array, each of per elements of type T. Memory is taken at once where the data is known
// to be there, else in steps that double.
func data[T any](a array, per int64) ([]T, error) {
	size := int64(unsafe.Sizeof(*new(T))) //nolint:gosec // a few bytes
	if per > math.MaxInt/size || a.count > math.MaxInt/(per*size) {
		return nil, fmt.Errorf("%w: its elements do not fit in memory", ErrFormat)
	}
	n := a.count * per
	if a.there >= 0 && n*size > a.there {
		return nil, fmt.Errorf("%w: it ends too early: expected %d bytes of data, the file has %d with its header",
			ErrFormat, n*size, a.there)
	}
	first := step / size
	if a.there >= 0 {
		first = n
	}
	for list, have := make([]T, min(n, first)), int64(0); ; {
		if _, err := io.ReadFull(a.r, view(list[have:])); err != nil {
			return nil, short("reading the data", err)
		}
		if have = int64(len(list)); have == n {
			return list, nil
		}
		grown := make([]T, min(n, 2*have))
		copy(grown, list)
		list = grown
	}
}

// view is the memory of a slice.
func view[T any](list []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(list))), len(list)*int(unsafe.Sizeof(*new(T))))
}

// swap turns the byte order of elements.
func swap[T any](list []T) {
	for b := range slices.Chunk(view(list), int(unsafe.Sizeof(*new(T)))) {
		slices.Reverse(b)
	}
}

func numbers[T ortwrap.Element](a array, foreign bool) (ortwrap.Value, error) {
	list, err := data[T](a, 1)
	if err != nil {
		return nil, err
	}
	if foreign {
		swap(list)
	}
	return value(a, list)
}

// bools are read as numbers: a byte that is neither 0 nor 1 must not become a bool of Go.
func bools(a array) (ortwrap.Value, error) {
	list, err := data[uint8](a, 1)
	if err != nil {
		return nil, err
	}
	truths := make([]bool, len(list))
	for i, b := range list {
		truths[i] = b != 0
	}
	return value(a, truths)
}

// value is what becomes of the elements of the array.
func value[T ortwrap.Element](a array, list []T) (ortwrap.Value, error) {
	return ortwrap.ValueOf(ortwrap.Array[T]{Shape: a.shape, Data: rowMajor(a.header, list)})
}

// rowMajor puts elements that come with the first dimension fastest into the order where the last one is.
func rowMajor[T any](h header, list []T) []T {
	if !h.fortran || len(h.shape) < 2 || len(list) < 2 {
		return list
	}
	strides, stride := make([]int, len(h.shape)), 1
	for i, d := range h.shape {
		strides[i] = stride
		stride *= int(d)
	}
	out, index, from := make([]T, 0, len(list)), make([]int, len(h.shape)), 0
	for len(out) < len(list) {
		out = append(out, list[from])
		for i := len(index) - 1; i >= 0; i-- { // count up in row-major order
			index[i]++
			from += strides[i]
			if index[i] < int(h.shape[i]) {
				break
			}
			from -= index[i] * strides[i]
			index[i] = 0
		}
	}
	return out
}
