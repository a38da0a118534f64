package conformance

import (
	"encoding/binary"
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// values are those that have to be destroyed in the end, the newest first: sequences go before what is in them.
type values []ortwrap.Value

func (l values) destroy() {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i] != nil {
			l[i].Destroy()
		}
	}
}

// make makes a value for ORT from one of a file, and keeps it for destroy.
func (l *values) make(v onnxpb.Value) (ortwrap.Value, error) {
	made, err := l.construct(v)
	if err != nil {
		return nil, err
	}
	*l = append(*l, made)
	return made, nil
}

func (l *values) construct(v onnxpb.Value) (ortwrap.Value, error) {
	switch {
	case v.Tensor != nil:
		return makeTensor(*v.Tensor)
	case v.Sequence == nil:
		return nil, fmt.Errorf("%w: optional without content as input", ortwrap.ErrUnsupportedValue)
	case len(v.Sequence.Items) == 0:
		return nil, fmt.Errorf("%w: empty sequence as input", ortwrap.ErrUnsupportedValue)
	}
	items := make([]ortwrap.Value, len(v.Sequence.Items))
	for i, item := range v.Sequence.Items {
		var err error
		if items[i], err = l.make(item); err != nil {
			return nil, err
		}
	}
	return ortwrap.NewSequence(items)
}

func makeTensor(t onnxpb.Tensor) (ortwrap.Value, error) {
	switch element := ortwrap.ElementType(t.Element); element {
	case ortwrap.Float32:
		return makeNumbers[float32](t)
	case ortwrap.Float64:
		return makeNumbers[float64](t)
	case ortwrap.Int8:
		return makeNumbers[int8](t)
	case ortwrap.Int16:
		return makeNumbers[int16](t)
	case ortwrap.Int32:
		return makeNumbers[int32](t)
	case ortwrap.Int64:
		return makeNumbers[int64](t)
	case ortwrap.Uint8:
		return makeNumbers[uint8](t)
	case ortwrap.Uint16:
		return makeNumbers[uint16](t)
	case ortwrap.Uint32:
		return makeNumbers[uint32](t)
	case ortwrap.Uint64:
		return makeNumbers[uint64](t)
	case ortwrap.Bool:
		return makeNumbers[bool](t)
	default:
		if len(t.Dims) == 0 {
			return nil, fmt.Errorf("%w: %s scalar as input", ortwrap.ErrUnsupportedValue, element)
		}
		if element == ortwrap.String {
			return ortwrap.NewStringTensor(t.Dims, t.Strings)
		}
		// onnxruntime_go wants at least one byte.
		return ortwrap.NewCustomDataTensor(t.Dims, append(t.Data, make([]byte, max(0, 1-len(t.Data)))...), element)
	}
}

func makeNumbers[T ortwrap.TensorData](t onnxpb.Tensor) (ortwrap.Value, error) {
	list := make([]T, t.Len())
	if _, err := binary.Decode(t.Data, binary.LittleEndian, list); err != nil {
		return nil, err
	}
	if len(t.Dims) == 0 {
		return ortwrap.NewScalar(list[0])
	}
	return ortwrap.NewTensor(t.Dims, list)
}

// read turns a value of ORT into the form of the files.
func read(v ortwrap.Value) (onnxpb.Value, error) {
	switch v := v.(type) {
	case nil:
		return onnxpb.Value{}, nil
	case *ortwrap.Sequence:
		return readSequence(v)
	case *ortwrap.StringTensor:
		contents, err := v.GetContents()
		return onnxpb.Value{Tensor: &onnxpb.Tensor{Element: onnxpb.String, Dims: v.GetShape(), Strings: contents}}, err
	}
	data, err := elements(v)
	if err != nil {
		return onnxpb.Value{}, err
	}
	return onnxpb.Value{Tensor: &onnxpb.Tensor{Element: int(v.DataType()), Dims: v.GetShape(), Data: data}}, nil
}

func readSequence(s *ortwrap.Sequence) (onnxpb.Value, error) {
	items, err := s.GetValues()
	if err != nil {
		return onnxpb.Value{}, err
	}
	list := make([]onnxpb.Value, len(items))
	for i, item := range items {
		if list[i], err = read(item); err != nil {
			return onnxpb.Value{}, err
		}
	}
	return onnxpb.Value{Sequence: &onnxpb.Sequence{Items: list}}, nil
}

// elements are the bytes of a tensor or scalar.
func elements(v ortwrap.Value) ([]byte, error) {
	switch v := v.(type) {
	case *ortwrap.CustomDataTensor:
		return v.GetData(), nil
	case interface{ GetData() []float32 }:
		return encode(v.GetData())
	case interface{ GetData() []float64 }:
		return encode(v.GetData())
	case interface{ GetData() []int8 }:
		return encode(v.GetData())
	case interface{ GetData() []int16 }:
		return encode(v.GetData())
	case interface{ GetData() []int32 }:
		return encode(v.GetData())
	case interface{ GetData() []int64 }:
		return encode(v.GetData())
	case interface{ GetData() []uint8 }:
		return encode(v.GetData())
	case interface{ GetData() []uint16 }:
		return encode(v.GetData())
	case interface{ GetData() []uint32 }:
		return encode(v.GetData())
	case interface{ GetData() []uint64 }:
		return encode(v.GetData())
	case interface{ GetData() []bool }:
		return encode(v.GetData())
	default:
		return scalar(v)
	}
}

func scalar(v ortwrap.Value) ([]byte, error) {
	switch v := v.(type) {
	case interface{ GetData() float32 }:
		return encode(v.GetData())
	case interface{ GetData() float64 }:
		return encode(v.GetData())
	case interface{ GetData() int8 }:
		return encode(v.GetData())
	case interface{ GetData() int16 }:
		return encode(v.GetData())
	case interface{ GetData() int32 }:
		return encode(v.GetData())
	case interface{ GetData() int64 }:
		return encode(v.GetData())
	case interface{ GetData() uint8 }:
		return encode(v.GetData())
	case interface{ GetData() uint16 }:
		return encode(v.GetData())
	case interface{ GetData() uint32 }:
		return encode(v.GetData())
	case interface{ GetData() uint64 }:
		return encode(v.GetData())
	case interface{ GetData() bool }:
		return encode(v.GetData())
	default:
		return nil, fmt.Errorf("%w: %T", ortwrap.ErrUnsupportedValue, v)
	}
}

func encode(data any) ([]byte, error) { return binary.Append(nil, binary.LittleEndian, data) }
