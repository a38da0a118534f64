package ortwrap

import (
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// check compares a value with what the model expects for it, and returns ORT's own value.
func check(want Info, v Value) (capi.Value, error) {
	h, err := handle(v)
	if err != nil {
		return h, err
	}
	kind := Kind(v.GetONNXType())
	if want.Kind == KindOptional {
		return h, nil // ORT checks what is in it
	}
	if kind != want.Kind {
		return h, fmt.Errorf("%w: expected %s, got %s", ErrInputType, want.Kind, kind)
	}
	if kind != KindTensor {
		return h, nil
	}
	if got := ElementType(v.DataType()); got != want.Type {
		return h, fmt.Errorf("%w: expected elements of type %s, got %s", ErrInputType, want.Type, got)
	}
	return h, checkShape(want, v.GetShape())
}

// checkShape accepts any shape where the model's is empty: that may mean a scalar, and may mean that nothing is known.
func checkShape(want Info, got Shape) error {
	if len(want.Shape) == 0 {
		return nil
	}
	fits := len(got) == len(want.Shape)
	for i := 0; fits && i < len(got); i++ {
		fits = want.Shape[i] < 0 || want.Shape[i] == got[i]
	}
	if !fits {
		return fmt.Errorf("%w: expected %s, got %v", ErrInputShape, want, []int64(got))
	}
	return nil
}
