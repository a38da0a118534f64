package ortwrap

import (
	"fmt"
	"runtime"
	"unsafe"
)

// Elements are the elements of a tensor or scalar in row-major order. The error is [ErrElementType] where they are not
// of type T, for nothing is converted, and [ErrInvalidValue] for a value that is nil or destroyed.
//
// The slice is the tensor's own memory, not a copy, for every [Tensor], and for a [CustomDataTensor] of elements that
// take whole bytes and are no bools. It stays good after Destroy, and is seen by ORT before. For all others it is a
// copy.
func Elements[T Element](v Value) ([]T, error) {
	list, err := elementsOf[T](v)
	if err != nil {
		return nil, fmt.Errorf("reading elements: %w", err)
	}
	return list, nil
}

func elementsOf[T Element](v Value) (list []T, err error) {
	a, err := look(v)
	if err != nil {
		return nil, err
	}
	defer runtime.KeepAlive(v)
	if want := ElementOf[T](); a.element != want {
		return nil, fmt.Errorf("%w: expected elements of type %s, got %s", ErrElementType, want, a.element)
	}
	switch t := v.(type) {
	case *CustomDataTensor:
		if list, ok := overlay[T](t.GetData(), a.count); ok {
			return list, nil
		}
	case interface{ GetData() []T }:
		return t.GetData(), nil
	}
	switch p := any(&list).(type) {
	case *[]string:
		*p, err = a.strings()
	case *[]bool:
		*p = a.bools()
	case *[]I4:
		*p, err = nibblesOf[I4](a)
	case *[]U4:
		*p, err = nibblesOf[U4](a)
	default:
		list = copyOf[T](a)
	}
	return list, err
}

// overlay shows bytes as n elements, unless not all bytes are such elements or they lie where such elements must not.
func overlay[T Element](data []byte, n int) ([]T, bool) {
	element, p := ElementOf[T](), unsafe.SliceData(data)
	if element == Int4 || element == Uint4 || element == Bool || uintptr(unsafe.Pointer(p))%unsafe.Alignof(*new(T)) != 0 {
		return nil, false
	}
	return unsafe.Slice((*T)(unsafe.Pointer(p)), n), true
}

// Bytes is a copy of the elements of a tensor or scalar as ORT has them: in row-major order and little-endian, two
// 4-bit elements in a byte, the first one low. The error is [ErrElementType] for strings and for what is no tensor, and
// [ErrInvalidValue] for a value that is nil or destroyed.
func Bytes(v Value) ([]byte, error) {
	a, err := look(v)
	if err != nil {
		return nil, fmt.Errorf("reading bytes: %w", err)
	}
	defer runtime.KeepAlive(v)
	data, err := a.bytes()
	if err != nil {
		return nil, fmt.Errorf("reading bytes: %w", err)
	}
	return data, nil
}

// Float64s copies the elements of a tensor or scalar of numbers or bools, in row-major order. true is 1 and false is 0.
// Integers beyond ±2^53 are rounded; all others come out exact.
//
// The error is [ErrElementType] for strings, complex numbers and what is no tensor, and [ErrInvalidValue] for a value
// that is nil or destroyed.
func Float64s(v Value) ([]float64, error) {
	a, err := look(v)
	if err != nil {
		return nil, fmt.Errorf("reading numbers: %w", err)
	}
	defer runtime.KeepAlive(v)
	list, err := a.float64s()
	if err != nil {
		return nil, fmt.Errorf("reading numbers: %w", err)
	}
	return list, nil
}

func (a tensorView) float64s() ([]float64, error) {
	switch a.element {
	case Float32:
		return widened(elementsAs[float32](a)), nil
	case Float64:
		return widened(elementsAs[float64](a)), nil
	case Int8:
		return widened(elementsAs[int8](a)), nil
	case Int16:
		return widened(elementsAs[int16](a)), nil
	case Int32:
		return widened(elementsAs[int32](a)), nil
	case Int64:
		return widened(elementsAs[int64](a)), nil
	case Uint8:
		return widened(elementsAs[uint8](a)), nil
	case Uint16:
		return widened(elementsAs[uint16](a)), nil
	case Uint32:
		return widened(elementsAs[uint32](a)), nil
	case Uint64:
		return widened(elementsAs[uint64](a)), nil
	case Float16:
		return each(elementsAs[F16](a), func(x F16) float64 { return float64(x.Float32()) }), nil
	case BFloat16:
		return each(elementsAs[BF16](a), func(x BF16) float64 { return float64(x.Float32()) }), nil
	case Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ:
		table := float8s(a.element)
		return each(elementsAs[uint8](a), func(code uint8) float64 { return table[code] }), nil
	case Bool:
		return each(a.bools(), func(x bool) float64 {
			if x {
				return 1
			}
			return 0
		}), nil
	case Int4:
		list, err := nibblesOf[I4](a)
		return widened(list), err
	case Uint4:
		list, err := nibblesOf[U4](a)
		return widened(list), err
	default:
		return nil, fmt.Errorf("%w: expected real numbers, got elements of type %s", ErrElementType, a.element)
	}
}

func widened[T float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | I4 | U4](
	in []T,
) []float64 {
	out := make([]float64, len(in))
	for i, x := range in {
		out[i] = float64(x)
	}
	return out
}
