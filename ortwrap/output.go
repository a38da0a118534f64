package ortwrap

import (
	"fmt"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// values turns what ORT returned into values of onnxruntime_go, and releases the former.
func values(outputs []capi.Value, infos []Info) ([]Value, error) {
	defer func() {
		for _, v := range outputs {
			v.Release()
		}
	}()
	list := make([]Value, len(outputs))
	for i, v := range outputs {
		var err error
		if list[i], err = value(v); err != nil {
			destroy(list[:i])
			return nil, fmt.Errorf("output %q: %w", infos[i].Name, convert(err))
		}
	}
	return list, nil
}

func destroy(list []Value) {
	for _, v := range list {
		if v != nil {
			v.Destroy()
		}
	}
}

// value copies a value of ORT to Go. An optional without content is nil.
func value(v capi.Value) (Value, error) {
	d, err := v.Describe()
	if err != nil || !d.Full() {
		return nil, err
	}
	switch kind := Kind(d.Kind()); kind {
	case KindTensor:
		return tensor(v, &d)
	case KindSequence, KindMap:
		return container(kind, v)
	default:
		return nil, fmt.Errorf("%w: %s", ErrUnsupportedValue, kind)
	}
}

// container copies a sequence or a map. ORT's items go in as they are, so that the new container shares no memory with
// Go.
func container(kind Kind, v capi.Value) (Value, error) {
	items, err := v.Items()
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, item := range items {
			item.Release()
		}
	}()
	list := make([]Value, len(items))
	for i, item := range items {
		if err := checkHeld(item); err != nil {
			return nil, fmt.Errorf("%s: item %d: %w", kind, i, err)
		}
		list[i] = held{value: item}
	}
	if kind == KindSequence && len(items) == 0 {
		return new(Sequence), nil // NewSequence would refuse
	}
	var c Value
	if kind == KindSequence {
		c, err = ort.NewSequence(list)
	} else {
		c, err = ort.NewMap(list[0], list[1])
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrUnsupportedValue, kind, err)
	}
	return c, nil
}

// checkHeld refuses items that onnxruntime_go can't hold.
func checkHeld(item capi.Value) error {
	kind, err := item.Kind()
	if err != nil || Kind(kind) != KindTensor {
		return err
	}
	element, shape, err := item.Tensor()
	if err != nil {
		return err
	}
	return checkItem(ElementType(element), shape)
}

// checkItem refuses tensors that onnxruntime_go can't hold in a sequence or a map: it would panic for some of them.
func checkItem(element ElementType, shape Shape) error {
	if len(shape) == 0 {
		return fmt.Errorf("%w: scalar", ErrUnsupportedValue)
	}
	switch element {
	case Float32, Float64, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Bool, String:
		return nil
	default:
		return fmt.Errorf("%w: elements of type %s", ErrUnsupportedValue, element)
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
	switch element {
	case String:
		return stringTensor(v, shape, n)
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
	bits := elements[element].bits
	if bits == 0 || len(shape) == 0 {
		return nil, fmt.Errorf("%w: %s tensor of shape %v", ErrUnsupportedValue, element, shape)
	}
	size := (n*bits + 7) / 8
	bytes := make([]byte, max(size, 1)) // onnxruntime_go wants one byte even for no elements
	copy(bytes, unsafe.Slice((*byte)(data), size))
	return ort.NewCustomDataTensor(shape, bytes, ort.TensorElementDataType(element))
}

func stringTensor(v capi.Value, shape Shape, n int64) (Value, error) {
	if len(shape) == 0 {
		return nil, fmt.Errorf("%w: string scalar", ErrUnsupportedValue)
	}
	contents, err := v.Strings(int(n))
	if err != nil {
		return nil, err
	}
	t, err := ort.NewStringTensor(shape)
	if err != nil {
		return nil, err
	}
	if err := t.SetContents(contents); err != nil {
		t.Destroy()
		return nil, err
	}
	return t, nil
}
