package npy

import (
	"fmt"
	"io"
	"reflect"
	"unsafe"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// descrs are NumPy's names for the element types of ONNX Runtime that it has.
var descrs = map[string]string{
	"bool": "b1", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4",
	"int64": "i8", "uint64": "u8", "float16": "f2", "float32": "f4", "float64": "f8",
}

// Write writes one array, in format version 1.0 and row-major order. The error is [ErrUnsupported] for sequences, maps
// and types that NumPy lacks, [ortwrap.ErrInvalidValue] for a value that is nil or has been destroyed, or the writer's
// own.
func Write(w io.Writer, v ortwrap.Value) error {
	h, data, err := contents(v)
	if err != nil {
		return err
	}
	if _, err := w.Write(h.bytes()); err != nil {
		return fmt.Errorf("writing the header: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("writing the data: %w", err)
	}
	return nil
}

// WriteFile writes a .npy file. It has its name only when it is whole: where something fails, a file that was there
// before is still there. The error is one of those of [Write] or of the file system.
func WriteFile(path string, v ortwrap.Value) error {
	return replace(path, func(w io.Writer) error { return Write(w, v) })
}

// contents are the header for a value, and its elements. The latter are the value's own memory where that is possible.
func contents(v ortwrap.Value) (header, []byte, error) {
	if r := reflect.ValueOf(v); v == nil || r.Kind() == reflect.Pointer && r.IsNil() {
		return header{}, nil, fmt.Errorf("%w: it is nil", ortwrap.ErrInvalidValue)
	}
	if kind := ortwrap.Kind(v.GetONNXType()); kind != ortwrap.KindTensor {
		return header{}, nil, fmt.Errorf("%w: expected a tensor, got a %s: write its items one by one",
			ErrUnsupported, kind)
	}
	if reflect.ValueOf(v.GetInternals()).Elem().Field(0).IsNil() { // the address of ONNX Runtime's own value
		return header{}, nil, fmt.Errorf("%w: it has been destroyed", ortwrap.ErrInvalidValue)
	}
	h := header{shape: v.GetShape()}
	n, err := h.count()
	if err != nil {
		return h, nil, fmt.Errorf("%w: NumPy has no such arrays: %w", ErrUnsupported, err)
	}
	var data []byte
	element := ortwrap.ElementType(v.DataType()).String()
	if element == "string" {
		h.descr, data, err = textContents(v)
		return h, data, err
	}
	kind := descrs[element]
	if kind == "" {
		return h, nil, fmt.Errorf("%w: NumPy has no type for elements of type %s: convert them to float32 or int8",
			ErrUnsupported, element)
	}
	if data, err = memory(v); err != nil {
		return h, nil, err
	}
	size := n * int64(kind[1]-'0')
	if int64(len(data)) < size {
		return h, nil, fmt.Errorf("%w: expected %d bytes for %s of shape %v, got %d",
			ortwrap.ErrInvalidValue, size, element, []int64(h.shape), len(data))
	}
	order := hostOrder
	if kind[1] == '1' {
		order = '|'
	}
	h.descr = string(order) + kind
	return h, data[:size], nil
}

func textContents(v ortwrap.Value) (descr string, data []byte, err error) {
	list, err := ortwrap.Elements[string](v)
	if err != nil {
		return "", nil, err
	}
	points, length, err := encodePoints(list)
	return fmt.Sprintf("%cU%d", hostOrder, length), view(points), err
}

// memory is what the GetData method of a value returns, as bytes: a slice for a tensor, one element for a scalar. It is
// looked up by name because it has another type for each type of elements.
func memory(v ortwrap.Value) ([]byte, error) {
	if _, ok := v.(*ortwrap.Native); ok {
		return ortwrap.Bytes(v)
	}
	get := reflect.ValueOf(v).MethodByName("GetData")
	if !get.IsValid() || get.Type().NumIn() != 0 || get.Type().NumOut() != 1 {
		return nil, fmt.Errorf("%w: a %T does not give its elements", ErrUnsupported, v)
	}
	data := get.Call(nil)[0]
	if data.Kind() == reflect.Slice {
		return unsafe.Slice((*byte)(data.UnsafePointer()), data.Len()*int(data.Type().Elem().Size())), nil
	}
	one := reflect.New(data.Type())
	one.Elem().Set(data)
	return unsafe.Slice((*byte)(one.UnsafePointer()), data.Type().Size()), nil
}
