package ortwrap

import (
	"fmt"
	"math"
	"runtime"
	"unsafe"

	"github.com/x448/float16"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Float64s copies the elements of a tensor or scalar of numbers or bools, in row-major order. true is 1 and false is 0.
// Integers beyond ±2^53 are rounded; all others come out exact.
//
// The error is [ErrInvalidValue] for a value that is nil or destroyed, and [ErrUnsupportedValue] for strings, complex
// numbers, sequences and maps.
func Float64s(v Value) ([]float64, error) {
	a, err := look(v)
	if err != nil {
		return nil, err
	}
	defer runtime.KeepAlive(v)
	return a.float64s()
}

// tensorView shows the elements of a tensor where they are. It is good while the tensor is reachable and not destroyed.
type tensorView struct {
	element ElementType
	shape   Shape
	count   int
	data    unsafe.Pointer // nil for strings and for no elements
}

// look shows the elements of a tensor or scalar. It asks ORT, so any Go type of a value will do.
func look(v Value) (tensorView, error) {
	h, err := handle(v)
	if err != nil {
		return tensorView{}, err
	}
	defer runtime.KeepAlive(v)
	if kind := Kind(v.GetONNXType()); kind != KindTensor {
		return tensorView{}, fmt.Errorf("%w: expected a tensor, got a %s: take the tensors out of it",
			ErrUnsupportedValue, kind)
	}
	return lookAt(h)
}

func lookAt(h capi.Value) (tensorView, error) {
	element, shape, err := h.Tensor()
	if err != nil {
		return tensorView{}, convert(err)
	}
	a := tensorView{element: ElementType(element), shape: shape, count: 1}
	for _, d := range shape {
		a.count *= int(d)
	}
	if a.element == String || a.count == 0 { // there may be less memory behind no elements than one would take
		return a, nil
	}
	a.data, err = h.Data()
	return a, convert(err)
}

func (a tensorView) float64s() ([]float64, error) {
	switch a.element {
	case Float32:
		return widened(elementsAs[float32](a)), nil
	case Float64:
		return widened(elementsAs[float64](a)), nil
	case Int8:
		return widened(elementsAs[int8](a)), nil
	case Int16:
		return widened(elementsAs[int16](a)), nil
	case Int32:
		return widened(elementsAs[int32](a)), nil
	case Int64:
		return widened(elementsAs[int64](a)), nil
	case Uint8, Bool: // ORT's bools are bytes of 0 and 1
		return widened(elementsAs[uint8](a)), nil
	case Uint16:
		return widened(elementsAs[uint16](a)), nil
	case Uint32:
		return widened(elementsAs[uint32](a)), nil
	case Uint64:
		return widened(elementsAs[uint64](a)), nil
	case Float16:
		return decoded(elementsAs[uint16](a), func(h uint16) float64 {
			return float64(float16.Frombits(h).Float32())
		}), nil
	case BFloat16:
		return decoded(elementsAs[uint16](a), func(h uint16) float64 {
			return float64(math.Float32frombits(uint32(h) << 16))
		}), nil
	case Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ:
		table := float8s(a.element)
		return decoded(elementsAs[uint8](a), func(b uint8) float64 { return table[b] }), nil
	case Int4, Uint4:
		return a.nibbles(), nil
	default:
		return nil, fmt.Errorf("%w: elements of type %s are not real numbers", ErrUnsupportedValue, a.element)
	}
}

func elementsAs[T any](a tensorView) []T { return unsafe.Slice((*T)(a.data), a.count) }

func widened[T float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](in []T) []float64 {
	out := make([]float64, len(in))
	for i, x := range in {
		out[i] = float64(x)
	}
	return out
}

func decoded[T any](in []T, decode func(T) float64) []float64 {
	out := make([]float64, len(in))
	for i, x := range in {
		out[i] = decode(x)
	}
	return out
}

// nibbles decodes 4-bit elements, two in a byte, the first one low.
func (a tensorView) nibbles() []float64 {
	bytes := unsafe.Slice((*uint8)(a.data), (a.count+1)/2)
	out := make([]float64, a.count)
	for i := range out {
		x := bytes[i/2] >> (4 * (i % 2)) & 15
		out[i] = float64(x)
		if a.element == Int4 && x > 7 {
			out[i] -= 16
		}
	}
	return out
}

func floating(element ElementType) bool {
	switch element {
	case Float32, Float64, Float16, BFloat16, Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ:
		return true
	default:
		return false
	}
}
