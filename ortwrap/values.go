package ortwrap

import (
	"errors"
	"fmt"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"
)

// The values of onnxruntime_go, under the names that they have there. Each is freed with its Destroy method, and with
// nothing else: the garbage collector does not know what ORT holds. Their zero values are destroyed ones:
// [ErrInvalidValue] to all that this package does with them.
type (
	// Value is an input or an output: a tensor, a scalar, a sequence, a map or a [Native].
	Value = ort.Value
	// Shape holds the dimensions of a tensor, outermost first.
	Shape = ort.Shape
	// TensorData are the Go types that elements of a [Tensor] can have: integers, float32, float64, bool.
	TensorData = ort.TensorData
	// Tensor has a Go slice of its elements in row-major order. GetData is that slice, not a copy.
	Tensor[T TensorData] = ort.Tensor[T]
	// Scalar is a tensor without dimensions. What Set puts there is seen by the next run, as are elements of a Tensor.
	Scalar[T TensorData] = ort.Scalar[T]
	// StringTensor holds strings outside Go; SetContents and GetContents copy them.
	StringTensor = ort.StringTensor
	// CustomDataTensor holds elements of types that Go lacks, such as float16, as bytes.
	CustomDataTensor = ort.CustomDataTensor
	// Sequence is a list of values of one type; see [Items].
	Sequence = ort.Sequence
	// Map is a pair of tensors of the same length: keys and values; see [MapOf]. Unlike all others it must not be
	// destroyed twice, nor be asked for its shape afterwards: onnxruntime_go panics.
	Map = ort.Map
)

// NewShape is the shape with the given dimensions.
func NewShape(dimensions ...int64) Shape { return ort.NewShape(dimensions...) }

// NewTensor makes a tensor of at least one dimension that uses data, without a copy, as its elements in row-major
// order. The error is [ErrInvalidValue] where the shape has more elements than data, or none that ORT knows.
func NewTensor[T TensorData](shape Shape, data []T) (*Tensor[T], error) {
	return create("tensor", func() (*Tensor[T], error) { return ort.NewTensor(shape, data) })
}

// NewEmptyTensor makes a tensor of at least one dimension with zeros in it. The error is [ErrInvalidValue], also where
// there is not enough memory.
func NewEmptyTensor[T TensorData](shape Shape) (*Tensor[T], error) {
	var element T
	if err := checkRoom(shape, int(unsafe.Sizeof(element))); err != nil {
		return nil, fmt.Errorf("making a tensor: %w", err)
	}
	return create("tensor", func() (*Tensor[T], error) { return ort.NewEmptyTensor[T](shape) })
}

// NewScalar makes a tensor without dimensions. See [ScalarOf] for strings and types that Go lacks.
func NewScalar[T TensorData](value T) (*Scalar[T], error) {
	return create("scalar", func() (*Scalar[T], error) { return ort.NewScalar(value) })
}

// NewStringTensor makes a tensor of at least one dimension with a copy of the strings, as many as the shape has
// elements. They may hold any bytes. The error is [ErrInvalidValue] where their number is another one.
func NewStringTensor(shape Shape, contents []string) (*StringTensor, error) {
	return create("string tensor", func() (*StringTensor, error) {
		if err := checkCount(shape, len(contents)); err != nil { // before ORT makes as many
			return nil, err
		}
		return stringTensor(shape, contents)
	})
}

// NewCustomDataTensor makes a tensor of any element type but string. It uses data, without a copy: the elements in
// row-major order and little-endian, two 4-bit elements in a byte, the first one low. The error is [ErrInvalidValue]
// where there are too few bytes, and for types that ORT has no tensors of; see [TensorOf] for slices of such elements.
func NewCustomDataTensor(shape Shape, data []byte, element ElementType) (*CustomDataTensor, error) {
	if element == String { // ORT would take the bytes for its own strings, and crash
		return nil, fmt.Errorf("making a tensor: %w: elements of type string: use NewStringTensor", ErrInvalidValue)
	}
	return create("tensor", func() (*CustomDataTensor, error) { return customTensor(element, shape, data) })
}

// create runs a constructor of onnxruntime_go, which needs the environment.
func create[V any](what string, construct func() (V, error)) (V, error) {
	var none V
	if err := env.enter(); err != nil {
		return none, err
	}
	defer env.leave()
	v, err := construct()
	switch {
	case err == nil:
		return v, nil
	case errors.Is(err, ErrInvalidValue) || errors.Is(err, ErrUnsupportedValue):
		return none, fmt.Errorf("making a %s: %w", what, err)
	default:
		return none, fmt.Errorf("making a %s: %w: %w", what, ErrInvalidValue, err)
	}
}

// What follows makes values where the environment is there already.

// wrap makes a tensor that uses the list as its elements, or a scalar where there are no dimensions.
func wrap[T TensorData](shape Shape, list []T) (Value, error) {
	if len(shape) == 0 {
		return result(ort.NewScalar(list[0]))
	}
	return result(ort.NewTensor(shape, list))
}

func customTensor(element ElementType, shape Shape, data []byte) (*CustomDataTensor, error) {
	if n, err := count(shape); err == nil && n == 0 && len(data) == 0 {
		data = make([]byte, 1) // onnxruntime_go wants one byte even for no elements
	}
	return ort.NewCustomDataTensor(shape, data, ort.TensorElementDataType(element))
}

// stringTensor makes a tensor of as many strings as the shape has. StringTensor.SetContents would end each one at its
// first zero byte.
func stringTensor(shape Shape, contents []string) (*StringTensor, error) {
	t, err := ort.NewStringTensor(shape)
	if err != nil {
		return nil, err
	}
	h, err := handle(t)
	if err == nil {
		err = convert(h.SetStrings(contents))
	}
	if err != nil {
		t.Destroy()
		return nil, err
	}
	return t, nil
}

// result makes sure that there is no value of a type where there is an error.
func result[V Value](v V, err error) (Value, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}
