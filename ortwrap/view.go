package ortwrap

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// tensorView shows the elements of a tensor where they are. It is good while the tensor is reachable and not destroyed.
type tensorView struct {
	native  capi.Value
	element ElementType
	shape   Shape
	count   int
	data    unsafe.Pointer // nil for strings
}

// look shows the elements of a tensor or scalar. It asks ORT, so any Go type of a value will do.
func look(v Value) (tensorView, error) {
	h, err := handle(v)
	if err != nil {
		return tensorView{}, err
	}
	defer runtime.KeepAlive(v)
	d, err := h.Describe()
	if err != nil {
		return tensorView{}, convert(err)
	}
	if kind := Kind(d.Kind()); kind != KindTensor {
		return tensorView{}, fmt.Errorf("%w: expected tensor, got %s: take the tensors out of it", ErrElementType, kind)
	}
	return viewOf(h, &d)
}

// viewOf shows a tensor by its description.
func viewOf(v capi.Value, d *capi.Description) (tensorView, error) {
	shape, ok := d.Shape()
	if !ok {
		var err error
		if _, shape, err = v.Tensor(); err != nil {
			return tensorView{}, convert(err)
		}
	}
	n, err := count(shape)
	return tensorView{v, ElementType(d.Element()), shape, int(n), d.Data()}, err
}

// elementsAs are the elements themselves, for types of whole bytes.
func elementsAs[T any](a tensorView) []T {
	if a.count == 0 { // there may be less memory behind no elements than one would take
		return nil
	}
	return unsafe.Slice((*T)(a.data), a.count)
}

// copyOf copies elements of whole bytes.
func copyOf[T any](a tensorView) []T {
	list := make([]T, a.count)
	copy(list, elementsAs[T](a))
	return list
}

// bytes copies the elements of any type but string.
func (a tensorView) bytes() ([]byte, error) {
	size, err := byteSize(a.element, int64(a.count))
	if err != nil {
		return nil, err
	}
	list := make([]byte, size)
	if size > 0 {
		copy(list, unsafe.Slice((*byte)(a.data), size))
	}
	clearRest(a.element, list, int64(a.count))
	return list, nil
}

// bools copies bools. A byte that is neither 0 nor 1 must not become a bool of Go.
func (a tensorView) bools() []bool {
	return each(elementsAs[uint8](a), func(b uint8) bool { return b != 0 })
}

// strings copies strings.
func (a tensorView) strings() ([]string, error) {
	list, err := a.native.Strings(a.count)
	return list, convert(err)
}

// nibblesOf copies 4-bit elements.
func nibblesOf[T I4 | U4](a tensorView) ([]T, error) {
	packed, err := a.bytes()
	if err != nil {
		return nil, err
	}
	return unpack[T](packed, a.count), nil
}
