package ortwrap

import "fmt"

// Array is a Go slice with dimensions: the elements of a tensor in row-major order, the last index running fastest. It
// needs no ORT. Arrays that share a slice see each other's changes.
type Array[T any] struct {
	Shape Shape
	Data  []T
}

// NewArray gives data dimensions, without a copy; without any it is a vector. The error is [ErrInvalidValue] where the
// dimensions ask for another number of elements.
func NewArray[T any](data []T, dims ...int64) (Array[T], error) {
	if len(dims) == 0 {
		dims = []int64{int64(len(data))}
	}
	if err := checkCount(dims, len(data)); err != nil {
		return Array[T]{}, fmt.Errorf("making an array: %w", err)
	}
	return Array[T]{dims, data}, nil
}

// ArrayOf is [Elements] with the value's shape: no copy where there is none there. A scalar has no dimensions.
func ArrayOf[T Element](v Value) (Array[T], error) {
	data, err := Elements[T](v)
	if err != nil {
		return Array[T]{}, err
	}
	return Array[T]{v.GetShape(), data}, nil
}

// ValueOf is [TensorOf] with an array's elements and shape; one without dimensions becomes a scalar.
func ValueOf[T Element](a Array[T]) (Value, error) { return tensorOf(a.Shape, a.Data) }

// Len is the number of elements.
func (a Array[T]) Len() int { return len(a.Data) }

// Offset is the place in Data of the element, or of the first element of the part, that the indices lead to. There may
// be fewer indices than dimensions. It panics, as a slice does, where an index is out of range.
func (a Array[T]) Offset(indices ...int) int {
	if len(indices) > len(a.Shape) {
		panic(fmt.Sprintf("ortwrap: %d indices for an array of %d dimensions", len(indices), len(a.Shape)))
	}
	at := 0
	for i, size := range a.Shape {
		at *= int(size)
		if i >= len(indices) {
			continue
		}
		if indices[i] < 0 || indices[i] >= int(size) {
			panic(fmt.Sprintf("ortwrap: index %d out of range of dimension %d, which is %d", indices[i], i, size))
		}
		at += indices[i]
	}
	return at
}

// At is the element at one index for each dimension. It panics as [Array.Offset] does.
func (a Array[T]) At(indices ...int) T { return a.Data[a.whole(indices)] }

// Set changes the element at one index for each dimension. It panics as [Array.Offset] does.
func (a Array[T]) Set(x T, indices ...int) { a.Data[a.whole(indices)] = x }

func (a Array[T]) whole(indices []int) int {
	if len(indices) < len(a.Shape) {
		panic(fmt.Sprintf("ortwrap: %d indices for an element of an array of %d dimensions", len(indices), len(a.Shape)))
	}
	return a.Offset(indices...)
}

// Sub is the part that the first indices lead to, without a copy: Sub(2) of a 5×3 array is its third row, of shape [3].
// It panics as [Array.Offset] does.
func (a Array[T]) Sub(indices ...int) Array[T] {
	at, shape := a.Offset(indices...), a.Shape[len(indices):]
	n := 1
	for _, size := range shape {
		n *= int(size)
	}
	return Array[T]{shape, a.Data[at : at+n : at+n]}
}
