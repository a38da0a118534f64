package ortwrap

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Elements are the elements of a tensor or scalar in row-major order. The error is [ErrElementType] where they are not
// of type T: nothing is converted.
//
// The slice is the tensor's own memory, not a copy, for every [Tensor] and for a [CustomDataTensor] of elements that
// take whole bytes. It stays good after Destroy, and is seen by ORT before. For all others it is a copy.
func Elements[T Element](v Value) ([]T, error) {
	h, shape, n, err := reader(v, ElementOf[T]())
	if err != nil {
		return nil, fmt.Errorf("reading elements: %w", err)
	}
	defer runtime.KeepAlive(v)
	if c, ok := v.(*CustomDataTensor); ok {
		if list, ok := view[T](c.GetData(), int(n)); ok {
			return list, nil
		}
	} else if t, ok := v.(interface{ GetData() []T }); ok {
		return t.GetData(), nil
	}
	var list []T
	switch p := any(&list).(type) {
	case *[]string:
		*p, err = h.Strings(int(n))
	case *[]I4:
		*p, err = nibblesOf[I4](h, n)
	case *[]U4:
		*p, err = nibblesOf[U4](h, n)
	default:
		list, err = copyOf[T](h, n)
	}
	if err != nil {
		return nil, fmt.Errorf("reading elements of shape %v: %w", []int64(shape), convert(err))
	}
	return list, nil
}

// Bytes is a copy of the elements of a tensor or scalar as ORT has them: in row-major order and little-endian, two
// 4-bit elements in a byte, the first one low. The error is [ErrElementType] for strings and for what is no tensor.
func Bytes(v Value) ([]byte, error) {
	if err := checkTensor(v); err != nil {
		return nil, fmt.Errorf("reading bytes: %w", err)
	}
	defer runtime.KeepAlive(v)
	h, _, n, err := reader(v, ElementType(v.DataType()))
	if err != nil {
		return nil, fmt.Errorf("reading bytes: %w", err)
	}
	element := ElementType(v.DataType())
	size, err := byteSize(element, n)
	if err != nil {
		return nil, fmt.Errorf("reading bytes: %w", err)
	}
	data, err := copyOf[byte](h, size)
	if err != nil {
		return nil, fmt.Errorf("reading bytes: %w", convert(err))
	}
	clearRest(element, data, n)
	return data, nil
}

func checkTensor(v Value) error {
	if _, err := handle(v); err != nil {
		return err
	}
	if kind := Kind(v.GetONNXType()); kind != KindTensor {
		return fmt.Errorf("%w: expected tensor, got %s", ErrElementType, kind)
	}
	return nil
}

// reader is what is needed to read a tensor of a known type.
func reader(v Value, want ElementType) (h capi.Value, shape Shape, n int64, err error) {
	if err := checkTensor(v); err != nil {
		return h, nil, 0, err
	}
	if got := ElementType(v.DataType()); got != want {
		return h, nil, 0, fmt.Errorf("%w: expected elements of type %s, got %s", ErrElementType, want, got)
	}
	if h, err = handle(v); err != nil {
		return h, nil, 0, err
	}
	shape = v.GetShape()
	n, err = count(shape)
	return h, shape, n, err
}

// view shows bytes as n elements of a fixed size, unless they lie where such elements must not.
func view[T Element](data []byte, n int) ([]T, bool) {
	element, p := ElementOf[T](), unsafe.SliceData(data)
	if element == Int4 || element == Uint4 || uintptr(unsafe.Pointer(p))%unsafe.Alignof(*new(T)) != 0 {
		return nil, false
	}
	return unsafe.Slice((*T)(unsafe.Pointer(p)), n), true
}

// copyOf copies n elements of a fixed size.
func copyOf[T any](h capi.Value, n int64) ([]T, error) {
	list := make([]T, n)
	if n == 0 {
		return list, nil
	}
	p, err := h.Data()
	if err != nil {
		return nil, err
	}
	copy(list, unsafe.Slice((*T)(p), n))
	return list, nil
}

func nibblesOf[T I4 | U4](h capi.Value, n int64) ([]T, error) {
	data, err := copyOf[byte](h, (n+1)/2)
	if err != nil {
		return nil, err
	}
	return unpack[T](data, int(n)), nil
}
