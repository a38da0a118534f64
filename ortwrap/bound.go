package ortwrap

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// bound is a value in a binding. It keeps the value reachable, and with it the memory in Go that ORT works in.
type bound struct {
	value      Value
	side, name string // of what it is bound to: "input" or "output"
	at         capi.Value
	field      reflect.Value // where value keeps at; invalid if that is not known
}

func newBound(v Value, side, name string, at capi.Value) bound {
	b := bound{value: v, side: side, name: name, at: at}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.Elem().Kind() == reflect.Struct {
		b.field, _ = findField(r.Elem(), at)
	}
	return b
}

// findField finds the field in which a value keeps ORT's own one, in it or in a struct in it.
func findField(r reflect.Value, at capi.Value) (reflect.Value, bool) {
	for i := range r.NumField() {
		switch field := r.Field(i); field.Kind() {
		case reflect.Pointer, reflect.UnsafePointer:
			if capi.ValueAt(field.UnsafePointer()) == at {
				return field, true
			}
		case reflect.Struct:
			if field, ok := findField(field, at); ok {
				return field, true
			}
		}
	}
	return reflect.Value{}, false
}

// check makes sure that the value has not been destroyed since it was bound. It reads the field, because GetInternals
// allocates.
func (b *bound) check() error {
	var now capi.Value
	if b.field.IsValid() {
		now = capi.ValueAt(b.field.UnsafePointer())
	} else {
		now = capi.ValueAt(*(*unsafe.Pointer)(unsafe.Pointer(b.value.GetInternals())))
	}
	if now != b.at {
		return fmt.Errorf("%s %q: %w: it has been destroyed since it was bound: bind another one",
			b.side, b.name, ErrInvalidValue)
	}
	return nil
}
