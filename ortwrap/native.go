package ortwrap

import (
	"fmt"
	"slices"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Native is a value in ORT's own memory: what the other kinds of values can't hold. These are scalars of strings and of
// types that Go lacks (float16, bfloat16, float8, 4-bit), sparse tensors and opaque values. [Elements] and [Bytes] read
// those that are tensors; all can be inputs.
//
// Destroy frees the memory. As with all values, nothing else does: a value that is forgotten stays until the program
// ends. The zero Native is a destroyed value; it has no DataType to ask for.
type Native struct {
	promoted  // answers DataType
	internals ort.ValueInternalData
	kind      Kind
	shape     Shape
}

// promoted is embedded under a name that is not exported.
type promoted = Value

// NewNative makes a tensor or, where the shape is empty, a scalar with a copy of the bytes as its elements: in
// row-major order and little-endian, two 4-bit elements in a byte, the first one low. The error is [ErrInvalidValue]
// where the number of bytes is wrong or the type is string, for which there are [ScalarOf] and [NewStringTensor].
func NewNative(element ElementType, shape Shape, data []byte) (*Native, error) {
	return create("tensor", func() (*Native, error) {
		n, err := count(shape)
		if err != nil {
			return nil, err
		}
		size, err := byteSize(element, n)
		if err != nil {
			return nil, err
		}
		if int64(len(data)) != size {
			return nil, fmt.Errorf("expected %d bytes for %s elements of shape %v, got %d",
				size, element, []int64(shape), len(data))
		}
		v, err := capi.NewTensor(int(element), shape)
		if err != nil {
			return nil, convert(err)
		}
		place, err := v.Data()
		if err != nil {
			v.Release()
			return nil, convert(err)
		}
		copy(unsafe.Slice((*byte)(place), size), data)
		return adopt(v, KindTensor, element, shape), nil
	})
}

// adopt takes over a value of ORT.
func adopt(v capi.Value, kind Kind, element ElementType, shape Shape) *Native {
	n := &Native{
		promoted: promote(ort.GetTensorElementDataType[float32](), element),
		kind:     kind,
		shape:    append(Shape(nil), shape...), // nil for scalars, as onnxruntime_go has it
	}
	*n.handle() = v
	return n
}

// handle is where the internals keep ORT's value; see checkHandles.
func (n *Native) handle() *capi.Value { return (*capi.Value)(unsafe.Pointer(&n.internals)) }

// GetInternals gives ORT's own value to onnxruntime_go.
func (n *Native) GetInternals() *ort.ValueInternalData { return &n.internals }

// GetONNXType is the [Kind] of the value, as onnxruntime_go has it.
func (n *Native) GetONNXType() ort.ONNXType { return ort.ONNXType(n.kind) }

// GetShape is the shape of a tensor, also of a sparse one. It is empty for a scalar and for all else.
func (n *Native) GetShape() Shape { return slices.Clone(n.shape) }

// ZeroContents sets all elements of a tensor to zero, and those of strings to "". It leaves other kinds alone.
func (n *Native) ZeroContents() {
	a, err := look(n)
	switch {
	case err != nil:
	case a.element == String:
		_ = a.native.SetStrings(make([]string, a.count)) // can't fail: it frees
	default:
		if size, err := byteSize(a.element, int64(a.count)); err == nil && size > 0 {
			clear(unsafe.Slice((*byte)(a.data), size))
		}
	}
}

// Destroy frees the memory. Destroying a destroyed value does nothing; using it is [ErrInvalidValue].
func (n *Native) Destroy() error {
	n.handle().Release()
	*n.handle() = capi.Value{}
	n.shape = nil
	return nil
}

// typed answers DataType for any element type. The type of that method's result is private to onnxruntime_go, so it is
// inferred.
type typed[E ~uint32 | ~int32] struct {
	Value
	element E
}

// DataType implements [Value].
func (t typed[E]) DataType() E { return t.element }

func promote[E ~uint32 | ~int32](_ E, element ElementType) Value {
	return any(typed[E]{element: E(element)}).(Value)
}
