package ortwrap

import (
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// check compares a value with what the model expects for it, and returns ORT's own value.
// It is the zero value for an optional without content.
func check(want Info, v Value) (capi.Value, error) {
	if want.Kind == KindOptional && isNil(v) {
		return capi.Value{}, nil
	}
	h, err := handle(v)
	if err != nil {
		return h, err
	}
	if want.Kind == KindOptional {
		return h, nil // ORT checks what is in it
	}
	return h, match(want, v, ErrInputType, ErrInputShape)
}

// checkOutput is check for a value that a run is to write to.
func (s *Session) checkOutput(want Info, v Value) (capi.Value, error) {
	h, err := handle(v)
	if err != nil {
		return h, err
	}
	if want.Kind != KindTensor {
		return h, fmt.Errorf("%w: only tensors can be bound, and it is %s: leave it out", ErrOutputType, want.Kind)
	}
	if hasName(s.inputs, want.Name) {
		return h, fmt.Errorf("%w: it is also an input, which ORT never copies: leave it out", ErrOutputName)
	}
	return h, match(want, v, ErrOutputType, ErrOutputShape)
}

// match compares the kind of a value and, of a tensor, element type and shape with what the model says.
func match(want Info, v Value, wrongType, wrongShape error) error {
	kind := Kind(v.GetONNXType())
	if kind != want.Kind {
		return fmt.Errorf("%w: expected %s, got %s", wrongType, want.Kind, kind)
	}
	if kind != KindTensor {
		return nil
	}
	if got := ElementType(v.DataType()); got != want.Type {
		return fmt.Errorf("%w: expected elements of type %s, got %s", wrongType, want.Type, got)
	}
	if got := v.GetShape(); !fits(want.Shape, got) {
		return fmt.Errorf("%w: expected %s, got %v", wrongShape, want, []int64(got))
	}
	return nil
}

// fits accepts any shape where the model's is empty: that may mean a scalar, and may mean that nothing is known.
func fits(want, got Shape) bool {
	if len(want) == 0 {
		return true
	}
	if len(got) != len(want) {
		return false
	}
	for i, d := range want {
		if d >= 0 && d != got[i] {
			return false
		}
	}
	return true
}
