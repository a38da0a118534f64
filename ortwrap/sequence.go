package ortwrap

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// NewSequence makes a sequence with a copy of at least one value: tensors and scalars of one element type, or maps of
// one type. See [NewEmptySequence] for one without. The error is [ErrUnsupportedValue] for 4-bit elements, which ORT
// can't copy out of a sequence, and [ErrInvalidValue] for values that ORT does not put into one sequence.
func NewSequence(values []Value) (*Sequence, error) {
	if len(values) == 0 {
		return nil, fmt.Errorf("making a sequence: %w: it has no items, whose type ORT asks for: use NewEmptySequence",
			ErrInvalidValue)
	}
	return create("sequence", func() (*Sequence, error) {
		defer runtime.KeepAlive(values) // shared has their memory
		list := make([]capi.Value, len(values))
		for i, v := range values {
			var err error
			if list[i], err = handle(v); err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
			if element := ElementType(v.DataType()); element == Int4 || element == Uint4 {
				return nil, fmt.Errorf("item %d: %w: elements of type %s", i, ErrUnsupportedValue, element)
			}
		}
		shared, err := capi.NewContainer(int(KindSequence), list)
		if err != nil {
			return nil, convert(err)
		}
		defer shared.Release()
		// A sequence of ORT's own copies of the items: it shares no memory with Go.
		copies, err := shared.Items()
		if err != nil {
			return nil, convert(err)
		}
		defer release(copies)
		own, err := capi.NewContainer(int(KindSequence), copies)
		if err != nil {
			return nil, convert(err)
		}
		s, err := sequenceOf(own)
		if err != nil {
			own.Release()
			return nil, convert(err)
		}
		return s, nil
	})
}

// NewEmptySequence makes a sequence without items whose items would be tensors of the given element type. It runs a
// model of one SequenceEmpty operator, for there is no other way to have ORT make one. The error is
// [ErrUnsupportedValue] or one of ORT's for types that the operator lacks, such as 4-bit ones.
func NewEmptySequence(element ElementType) (*Sequence, error) {
	if _, ok := elements[element]; !ok {
		return nil, fmt.Errorf("making an empty sequence: %w: %s", ErrUnsupportedValue, element)
	}
	session, err := NewSession().FromMemory(emptySequenceModel(element)).WithPreference(CPUOnly).WithThreads(1).Open()
	if err == nil {
		defer session.Close()
		var outputs []Value
		if outputs, err = session.Run(context.Background()); err == nil {
			return outputs[0].(*Sequence), nil
		}
	}
	return nil, fmt.Errorf("making an empty sequence of %s tensors: %w", element, err)
}

// emptySequenceModel is an ONNX model in protobuf's wire format: field number * 8 + wire type, then a number or a
// length and that many bytes. All lengths and numbers are below 128.
func emptySequenceModel(element ElementType) []byte {
	message := func(field byte, parts ...[]byte) []byte {
		body := slices.Concat(parts...)
		return append([]byte{field<<3 | 2, byte(len(body))}, body...)
	}
	text := func(field byte, s string) []byte { return message(field, []byte(s)) }
	number := func(field, n byte) []byte { return []byte{field << 3, n} }
	isInt := []byte{0xa0, 1, 2} // AttributeProto.type is field 20, whose tag takes two bytes
	node := message(1, text(2, "s"), text(4, "SequenceEmpty"),
		message(5, text(1, "dtype"), number(3, byte(element)), isInt))
	tensorType := message(1, number(1, byte(element)))
	output := message(12, text(1, "s"), message(2, message(4, message(1, tensorType))))
	irVersion, opset := number(1, 8), message(8, number(2, 17))
	return slices.Concat(irVersion, message(7, node, text(2, "empty"), output), opset)
}

// SequenceOf makes a sequence of vectors with a copy of the elements, also of no vectors. The errors are those of
// [TensorOf], [NewSequence] and [NewEmptySequence].
func SequenceOf[T Element](vectors ...[]T) (*Sequence, error) {
	if len(vectors) == 0 {
		return NewEmptySequence(ElementOf[T]())
	}
	list := make([]Value, 0, len(vectors))
	defer func() { destroy(list) }()
	for i, data := range vectors {
		v, err := TensorOf(data)
		if err != nil {
			return nil, fmt.Errorf("making a sequence: item %d: %w", i, err)
		}
		list = append(list, v)
	}
	return NewSequence(list)
}

// Items are the values in a sequence. They belong to it: its Destroy frees them. The error is [ErrElementType] where v
// is no sequence, and [ErrInvalidValue] where it is nil or destroyed.
func Items(v Value) ([]Value, error) {
	if _, err := handle(v); err != nil {
		return nil, fmt.Errorf("reading a sequence: %w", err)
	}
	s, ok := v.(*Sequence)
	if !ok {
		return nil, fmt.Errorf("reading a sequence: %w: expected sequence, got %s",
			ErrElementType, Kind(v.GetONNXType()))
	}
	return s.GetValues()
}

// sequenceOf takes over a sequence of ORT, unless there is an error. The items are copies.
func sequenceOf(v capi.Value) (*Sequence, error) {
	items, err := v.Items()
	if err != nil {
		return nil, err
	}
	list := make([]Value, len(items))
	for i, item := range items {
		if list[i], err = value(item); err != nil {
			destroy(list[:i])
			release(items[i+1:])
			return nil, fmt.Errorf("sequence: item %d: %w", i, err)
		}
	}
	return heldSequence(v, list), nil
}
