package ortwrap

import (
	"fmt"

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

// tensor copies a tensor. A [Native] keeps it.
func tensor(v capi.Value, d *capi.Description) (Value, error) {
	a, err := viewOf(v, d)
	if err != nil {
		return nil, err
	}
	switch a.element {
	case Float32:
		return copied[float32](a)
	case Float64:
		return copied[float64](a)
	case Int8:
		return copied[int8](a)
	case Int16:
		return copied[int16](a)
	case Int32:
		return copied[int32](a)
	case Int64:
		return copied[int64](a)
	case Uint8:
		return copied[uint8](a)
	case Uint16:
		return copied[uint16](a)
	case Uint32:
		return copied[uint32](a)
	case Uint64:
		return copied[uint64](a)
	case Bool:
		return wrap(a.shape, a.bools())
	}
	switch {
	case len(a.shape) == 0:
		return adopt(v, KindTensor, a.element, a.shape), nil
	case a.element == String:
		list, err := a.strings()
		if err != nil {
			return nil, err
		}
		return result(stringTensor(a.shape, list))
	default:
		list, err := a.bytes()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnsupportedValue, err)
		}
		return result(customTensor(a.element, a.shape, list))
	}
}

func copied[T TensorData](a tensorView) (Value, error) {
	if len(a.shape) == 0 {
		return result(ort.NewScalar(*(*T)(a.data)))
	}
	return wrap(a.shape, copyOf[T](a))
}
