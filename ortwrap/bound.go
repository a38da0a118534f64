package ortwrap

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// The sides of a model.
const (
	inputSide  = "input"
	outputSide = "output"
)

// bound is a value in a binding. It keeps the value reachable, and with it the memory in Go that ORT works in.
type bound struct {
	value      Value
	side, name string // of what it is bound to: inputSide or outputSide
	index      int    // of the name among those of its side
	at         capi.Value
	field      reflect.Value // where value keeps at; invalid if that is not known

	scalar  *scalarLayout // nil for other values
	address uintptr       // of a scalar's element
}

func newBound(v Value, side, name string, index int, at capi.Value) bound {
	b := bound{value: v, side: side, name: name, index: index, at: at, scalar: scalarOf(v)}
	if b.scalar != nil {
		b.address = uintptr(b.scalar.address())
	}
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
// allocates. A scalar that has been changed with Set is bound anew.
func (b *bound) check(to capi.Binding) error {
	if b.scalar != nil {
		if b.scalar.unchanged(b.at, b.address) {
			return nil
		}
		return b.rebind(to)
	}
	var now capi.Value
	if b.field.IsValid() {
		now = capi.ValueAt(b.field.UnsafePointer())
	} else {
		now = capi.ValueAt(*(*unsafe.Pointer)(unsafe.Pointer(b.value.GetInternals())))
	}
	if now != b.at {
		return b.destroyed()
	}
	return nil
}

func (b *bound) destroyed() error {
	return fmt.Errorf("%s %q: %w: it has been destroyed since it was bound: bind another one", b.side, b.name, ErrInvalidValue)
}

// rebind binds a scalar by what it holds now.
func (b *bound) rebind(to capi.Binding) error {
	now, err := b.scalar.settle(ElementType(b.value.DataType()))
	switch {
	case err != nil:
	case now.IsZero():
		return b.destroyed()
	case b.side == inputSide:
		err = to.RebindInput(b.index, now)
	default:
		err = to.RebindOutput(b.index, now)
	}
	if err != nil {
		return fmt.Errorf("%s %q: %w", b.side, b.name, convert(err))
	}
	b.at, b.address = now, uintptr(b.scalar.address())
	return nil
}
