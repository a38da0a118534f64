package ortwrap

import (
	"fmt"
	"reflect"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// onnxruntime_go hands out ORT's own value only as a ValueInternalData, whose one field is private: the address of an
// OrtValue. Its Sequence is such an address and a list of items. checkHandles makes sure of that before anything relies
// on it.
func checkHandles() error {
	internals, seq := reflect.TypeFor[ort.ValueInternalData](), reflect.TypeFor[ort.Sequence]()
	if internals.NumField() != 1 || internals.Field(0).Type.Kind() != reflect.Pointer ||
		seq.NumField() != 2 || seq.Field(0).Type != internals.Field(0).Type ||
		seq.Field(1).Type != reflect.TypeFor[[]Value]() {
		return fmt.Errorf("this version of onnxruntime_go keeps its values in another way than ortwrap knows: " +
			"require the version that ortwrap's go.mod names")
	}
	return nil
}

// handle is ORT's own value in a value of onnxruntime_go, which must stay reachable while the handle is used.
func handle(v Value) (capi.Value, error) {
	if isNil(v) {
		return capi.Value{}, fmt.Errorf("%w: it is nil", ErrInvalidValue)
	}
	h := capi.ValueAt(*(*unsafe.Pointer)(unsafe.Pointer(v.GetInternals())))
	if h.IsZero() {
		return capi.Value{}, fmt.Errorf("%w: it has been destroyed", ErrInvalidValue)
	}
	return h, nil
}

func isNil(v Value) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// held shows a value that ORT holds to constructors of onnxruntime_go, which ask for nothing but its internals.
type held struct {
	Value
	value capi.Value
}

func (h held) GetInternals() *ort.ValueInternalData {
	d := new(ort.ValueInternalData)
	*(*capi.Value)(unsafe.Pointer(d)) = h.value
	return d
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
