package ortwrap

import (
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// TensorOf makes a tensor with the elements in row-major order and the given dimensions. Without dimensions it is a
// vector of all elements, also where there is only one: see [ScalarOf] for a tensor without dimensions.
//
// What comes back is a [Tensor] for the types that one can have, a [StringTensor] for strings, and a [CustomDataTensor]
// for all others. The tensor uses data, without a copy, as its elements; strings and 4-bit elements are copied. The
// error is [ErrInvalidValue] where the dimensions ask for another number of elements, and [ErrUnsupportedValue] for
// complex numbers.
func TensorOf[T Element](data []T, dims ...int64) (Value, error) {
	if len(dims) == 0 {
		dims = []int64{int64(len(data))}
	}
	return tensorOf(dims, data)
}

// ScalarOf makes a tensor without dimensions: a [Scalar] for the types that one can have, a [Native] for all others.
// The error is [ErrUnsupportedValue] for complex numbers.
func ScalarOf[T Element](x T) (Value, error) { return tensorOf(Shape{}, []T{x}) }

func tensorOf[T Element](shape Shape, data []T) (Value, error) {
	if err := checkCount(shape, len(data)); err != nil {
		return nil, fmt.Errorf("making a tensor: %w", err)
	}
	switch list := any(data).(type) {
	case []int8:
		return numbers(shape, list)
	case []int16:
		return numbers(shape, list)
	case []int32:
		return numbers(shape, list)
	case []int64:
		return numbers(shape, list)
	case []uint8:
		return numbers(shape, list)
	case []uint16:
		return numbers(shape, list)
	case []uint32:
		return numbers(shape, list)
	case []uint64:
		return numbers(shape, list)
	case []float32:
		return numbers(shape, list)
	case []float64:
		return numbers(shape, list)
	case []bool:
		return numbers(shape, list)
	case []string:
		return texts(shape, list)
	case []I4:
		return nibbles(shape, list)
	case []U4:
		return nibbles(shape, list)
	default:
		return customOf(ElementOf[T](), shape, raw(data))
	}
}

func numbers[T TensorData](shape Shape, data []T) (Value, error) {
	return create("tensor", func() (Value, error) { return wrap(shape, data) })
}

func texts(shape Shape, list []string) (Value, error) {
	if len(shape) > 0 {
		return result(NewStringTensor(shape, list))
	}
	return result(create("string", func() (*Native, error) {
		v, err := capi.NewTensor(int(String), shape)
		if err != nil {
			return nil, convert(err)
		}
		if err := v.SetStrings(list); err != nil {
			v.Release()
			return nil, convert(err)
		}
		return adopt(v, KindTensor, String, shape), nil
	}))
}

func nibbles[T I4 | U4](shape Shape, data []T) (Value, error) {
	packed, err := pack(data)
	if err != nil {
		return nil, fmt.Errorf("making a tensor: %w", err)
	}
	return customOf(ElementOf[T](), shape, packed)
}

func customOf(element ElementType, shape Shape, data []byte) (Value, error) {
	switch {
	case element == Complex64 || element == Complex128:
		return nil, fmt.Errorf("making a tensor: %w: elements of type %s", ErrUnsupportedValue, element)
	case len(shape) == 0:
		return result(NewNative(element, shape, data))
	default:
		return result(NewCustomDataTensor(shape, data, element))
	}
}
