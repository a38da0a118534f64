package ortwrap

import (
	"fmt"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// values turns what ORT returned into values of Go, and takes it over.
func values(outputs []capi.Value, infos []Info) ([]Value, error) {
	list := make([]Value, len(outputs))
	for i, v := range outputs {
		var err error
		if list[i], err = value(v); err != nil {
			destroy(list[:i])
			release(outputs[i+1:])
			return nil, fmt.Errorf("output %q: %w", infos[i].Name, convert(err))
		}
	}
	return list, nil
}

func release(list []capi.Value) {
	for _, v := range list {
		v.Release()
	}
}

func destroy(list []Value) {
	for _, v := range list {
		if v != nil {
			v.Destroy()
		}
	}
}

// value takes over a value of ORT: most are copied to Go and released. An optional without content is nil.
func value(v capi.Value) (Value, error) {
	made, err := convertValue(v)
	switch made.(type) {
	case *Native, *Sequence, *Map:
	default:
		v.Release()
	}
	return made, err
}

// convertValue leaves v to its caller, unless what it returns keeps v.
func convertValue(v capi.Value) (Value, error) {
	d, err := v.Describe()
	if err != nil || !d.Full() {
		return nil, err
	}
	switch kind := Kind(d.Kind()); kind {
	case KindTensor:
		return tensor(v, &d)
	case KindSequence:
		return result(sequenceOf(v))
	case KindMap:
		return result(mapOf(v))
	case KindSparseTensor:
		element, shape, err := v.Tensor()
		if err != nil {
			return nil, err
		}
		return adopt(v, KindSparseTensor, ElementType(element), shape), nil
	default:
		return adopt(v, kind, Undefined, nil), nil
	}
}

// tensor copies a tensor.
func tensor(v capi.Value, d *capi.Description) (Value, error) {
	dims, ok := d.Shape()
	if !ok {
		var err error
		if _, dims, err = v.Tensor(); err != nil {
			return nil, err
		}
	}
	shape, n := Shape(dims), int64(1)
	for _, d := range dims {
		n *= d
	}
	element, data := ElementType(d.Element()), d.Data()
	switch {
	case element == String && len(shape) > 0:
		return stringTensor(v, shape, n)
	case element == String || len(shape) == 0 && !isNumber(element):
		return adopt(v, KindTensor, element, shape), nil
	}
	switch element {
	case Float32:
		return copied[float32](shape, data, n)
	case Float64:
		return copied[float64](shape, data, n)
	case Int8:
		return copied[int8](shape, data, n)
	case Int16:
		return copied[int16](shape, data, n)
	case Int32:
		return copied[int32](shape, data, n)
	case Int64:
		return copied[int64](shape, data, n)
	case Uint8:
		return copied[uint8](shape, data, n)
	case Uint16:
		return copied[uint16](shape, data, n)
	case Uint32:
		return copied[uint32](shape, data, n)
	case Uint64:
		return copied[uint64](shape, data, n)
	case Bool:
		return copied[bool](shape, data, n)
	default:
		return customTensor(element, shape, data, n)
	}
}

func copied[T TensorData](shape Shape, data unsafe.Pointer, n int64) (Value, error) {
	if len(shape) == 0 {
		return ort.NewScalar(*(*T)(data))
	}
	list := make([]T, n)
	copy(list, unsafe.Slice((*T)(data), n))
	return ort.NewTensor(shape, list)
}

func customTensor(element ElementType, shape Shape, data unsafe.Pointer, n int64) (Value, error) {
	size, err := byteSize(element, n)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupportedValue, err)
	}
	bytes := make([]byte, max(size, 1)) // onnxruntime_go wants one byte even for no elements
	copy(bytes, unsafe.Slice((*byte)(data), size))
	clearRest(element, bytes, n)
	return ort.NewCustomDataTensor(shape, bytes, ort.TensorElementDataType(element))
}

func stringTensor(v capi.Value, shape Shape, n int64) (Value, error) {
	contents, err := v.Strings(int(n))
	if err != nil {
		return nil, err
	}
	t, err := ort.NewStringTensor(shape)
	if err != nil {
		return nil, err
	}
	if err := fillStrings(t, contents); err != nil {
		t.Destroy()
		return nil, err
	}
	return t, nil
}

// isNumber says whether a [Tensor] can have elements of the type.
func isNumber(element ElementType) bool {
	switch element {
	case Float32, Float64, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Bool:
		return true
	default:
		return false
	}
}
