package feed

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// makeTensor makes a tensor of the given type from a list of json.Number, bool and string.
func makeTensor(element ortwrap.ElementType, list []any, dims []int64) (ortwrap.Value, error) {
	switch element {
	case ortwrap.Float32:
		return convert(element, list, dims, func(x any) (float32, error) { return parseFloat[float32](x, 32) })
	case ortwrap.Float64:
		return convert(element, list, dims, func(x any) (float64, error) { return parseFloat[float64](x, 64) })
	case ortwrap.Int8:
		return convert(element, list, dims, parseInt[int8](8))
	case ortwrap.Int16:
		return convert(element, list, dims, parseInt[int16](16))
	case ortwrap.Int32:
		return convert(element, list, dims, parseInt[int32](32))
	case ortwrap.Int64:
		return convert(element, list, dims, parseInt[int64](64))
	case ortwrap.Uint8:
		return convert(element, list, dims, parseUint[uint8](8))
	case ortwrap.Uint16:
		return convert(element, list, dims, parseUint[uint16](16))
	case ortwrap.Uint32:
		return convert(element, list, dims, parseUint[uint32](32))
	case ortwrap.Uint64:
		return convert(element, list, dims, parseUint[uint64](64))
	case ortwrap.Int4:
		return convert(element, list, dims, parseInt[ortwrap.I4](4))
	case ortwrap.Uint4:
		return convert(element, list, dims, parseUint[ortwrap.U4](4))
	case ortwrap.Float16:
		return convert(element, list, dims, rounded(ortwrap.F16Of))
	case ortwrap.BFloat16:
		return convert(element, list, dims, rounded(ortwrap.BF16Of))
	case ortwrap.Bool:
		return convert(element, list, dims, exactly[bool])
	case ortwrap.String:
		return convert(element, list, dims, exactly[string])
	default:
		return nil, fmt.Errorf("%w: elements of type %s can't be written as JSON: use a .npy file",
			ortwrap.ErrUnsupportedValue, element)
	}
}

// convert makes a tensor of converted elements.
func convert[T ortwrap.Element](element ortwrap.ElementType, list []any, dims []int64, one func(any) (T, error)) (
	ortwrap.Value, error,
) {
	data := make([]T, len(list))
	for i, x := range list {
		var err error
		if data[i], err = one(x); err != nil {
			return nil, fmt.Errorf("element %d: expected %s, got %s", i, element, quoted(x))
		}
	}
	if len(dims) == 0 {
		return ortwrap.ScalarOf(data[0])
	}
	return ortwrap.TensorOf(data, dims...)
}

// reshaped makes a tensor of as many elements as another one has, with other dimensions.
func reshaped(v ortwrap.Value, dims []int64) (ortwrap.Value, error) {
	element := ortwrap.ElementType(v.DataType())
	if element == ortwrap.String {
		list, err := ortwrap.Elements[string](v)
		if err != nil {
			return nil, err
		}
		return ortwrap.TensorOf(list, dims...)
	}
	data, err := ortwrap.Bytes(v)
	if err != nil {
		return nil, err
	}
	return ortwrap.NewNative(element, dims, data)
}

// quoted shows an element as JSON.
func quoted(x any) string {
	text, err := json.Marshal(x)
	if err != nil {
		return fmt.Sprint(x)
	}
	return string(text)
}

// parseFloat also takes what JSON can't say but a string can: "NaN", "Infinity", "-Infinity".
func parseFloat[T float32 | float64](x any, bits int) (T, error) {
	switch x := x.(type) {
	case json.Number:
		f, err := strconv.ParseFloat(x.String(), bits)
		return T(f), err
	case string:
		f, err := strconv.ParseFloat(x, bits)
		if err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			err = strconv.ErrSyntax
		}
		return T(f), err
	default:
		return 0, strconv.ErrSyntax
	}
}

// rounded reads a float32 and rounds it to a shorter type.
func rounded[T ortwrap.Element](round func(float32) T) func(any) (T, error) {
	return func(x any) (T, error) {
		f, err := parseFloat[float32](x, 32)
		return round(f), err
	}
}

func parseInt[T int8 | int16 | int32 | int64 | ortwrap.I4](bits int) func(any) (T, error) {
	return func(x any) (T, error) {
		n, err := exactly[json.Number](x)
		if err != nil {
			return 0, err
		}
		i, err := strconv.ParseInt(n.String(), 10, bits)
		return T(i), err
	}
}

func parseUint[T uint8 | uint16 | uint32 | uint64 | ortwrap.U4](bits int) func(any) (T, error) {
	return func(x any) (T, error) {
		n, err := exactly[json.Number](x)
		if err != nil {
			return 0, err
		}
		i, err := strconv.ParseUint(n.String(), 10, bits)
		return T(i), err
	}
}

func exactly[T any](x any) (T, error) {
	v, ok := x.(T)
	if !ok {
		return v, strconv.ErrSyntax
	}
	return v, nil
}
