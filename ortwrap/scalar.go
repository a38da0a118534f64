package ortwrap

import (
	"reflect"
	"strings"
	"sync"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// scalarLayout is how onnxruntime_go keeps a scalar; see checkHandles.
//
// Its Set replaces data and nothing else: ORT goes on reading and writing the memory of the old one, which the garbage
// collector may have given to others (onnxruntime_go v1.25.0). So wherever a scalar is used, settle looks first.
type scalarLayout struct {
	data  []byte // one element of any type; only its address is used
	size  uintptr
	value capi.Value
}

// scalars guards the fields of all scalars: several goroutines may use one after a Set.
var scalars sync.Mutex

// scalarOf returns the fields of a scalar, and nil for any other value.
func scalarOf(v Value) *scalarLayout {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Pointer || r.IsNil() || !isScalar(r.Type().Elem()) {
		return nil
	}
	return (*scalarLayout)(r.UnsafePointer())
}

func isScalar(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 3 && strings.HasPrefix(t.Name(), "Scalar[") &&
		t.PkgPath() == reflect.TypeFor[ort.Sequence]().PkgPath()
}

// settle returns ORT's own value of a scalar, which is a new one in ORT's memory if Set has been called. It is zero for one
// that is destroyed.
func (s *scalarLayout) settle(element ElementType) (capi.Value, error) {
	scalars.Lock()
	defer scalars.Unlock()
	if s.value.IsZero() {
		return capi.Value{}, nil
	}
	if same, err := s.value.IsAt(s.address()); same || err != nil {
		return s.value, convert(err)
	}
	fresh, err := capi.NewTensor(int(element), nil)
	if err != nil {
		return capi.Value{}, convert(err)
	}
	memory, err := fresh.Data()
	if err != nil {
		fresh.Release()
		return capi.Value{}, convert(err)
	}
	copy(unsafe.Slice((*byte)(memory), s.size), unsafe.Slice((*byte)(s.address()), s.size))
	s.value.Release()
	s.value, s.data = fresh, unsafe.Slice((*byte)(memory), 1)
	return fresh, nil
}

func (s *scalarLayout) address() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s.data)) }

// unchanged tells whether a scalar has the same value of ORT and the same memory as before.
func (s *scalarLayout) unchanged(value capi.Value, address uintptr) bool {
	scalars.Lock()
	defer scalars.Unlock()
	return s.value == value && uintptr(s.address()) == address
}
