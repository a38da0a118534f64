package ortwrap

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// onnxruntime_go hands out ORT's own value only as a ValueInternalData, whose one field is private: the address of an
// OrtValue. Its Scalar is a slice of one element, a size and such an address, its Sequence such an address and a list of
// items, its Map such an address, keys and values. checkHandles makes sure of that before anything relies on it.
func checkHandles() error {
	internals := reflect.TypeFor[ort.ValueInternalData]()
	if internals.NumField() != 1 || internals.Field(0).Type.Kind() != reflect.Pointer {
		return errLayout
	}
	address, value := internals.Field(0).Type, reflect.TypeFor[Value]()
	scalar := reflect.TypeFor[ort.Scalar[float32]]()
	if !isScalar(scalar) || !hasFields(scalar, reflect.TypeFor[[]float32](), reflect.TypeFor[uintptr](), address) ||
		!hasFields(reflect.TypeFor[ort.Sequence](), address, reflect.SliceOf(value)) ||
		!hasFields(reflect.TypeFor[ort.Map](), address, value, value) {
		return errLayout
	}
	return nil
}

var errLayout = errors.New("this version of onnxruntime_go keeps its values in another way than ortwrap knows: " +
	"require the version that ortwrap's go.mod names")

func hasFields(t reflect.Type, fields ...reflect.Type) bool {
	for i, field := range fields {
		if i >= t.NumField() || t.Field(i).Type != field {
			return false
		}
	}
	return t.NumField() == len(fields)
}

// handle is ORT's own value in a value of onnxruntime_go, which must stay reachable while the handle is used.
func handle(v Value) (capi.Value, error) {
	if isNil(v) {
		return capi.Value{}, fmt.Errorf("%w: it is nil", ErrInvalidValue)
	}
	var h capi.Value
	if s := scalarOf(v); s != nil {
		var err error
		if h, err = s.settle(ElementType(v.DataType())); err != nil {
			return capi.Value{}, err
		}
	} else {
		h = capi.ValueAt(*(*unsafe.Pointer)(unsafe.Pointer(v.GetInternals())))
	}
	if h.IsZero() {
		return capi.Value{}, fmt.Errorf("%w: it has been destroyed", ErrInvalidValue)
	}
	return h, nil
}

// isNil says whether an interface holds nothing, or a nil pointer.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// sequenceLayout is how onnxruntime_go keeps a sequence; see checkHandles.
type sequenceLayout struct {
	value capi.Value
	items []Value
}

// heldSequence is a sequence of onnxruntime_go with any value of ORT and any items, both of which its Destroy frees.
func heldSequence(v capi.Value, items []Value) *Sequence {
	s := new(Sequence)
	*(*sequenceLayout)(unsafe.Pointer(s)) = sequenceLayout{v, items}
	return s
}

// mapLayout is how onnxruntime_go keeps a map; see checkHandles.
type mapLayout struct {
	value        capi.Value
	keys, values Value
}

// heldMap is a map of onnxruntime_go with any value of ORT, keys and values, all of which its Destroy frees.
func heldMap(v capi.Value, keys, values Value) *Map {
	m := new(Map)
	*(*mapLayout)(unsafe.Pointer(m)) = mapLayout{v, keys, values}
	return m
}
