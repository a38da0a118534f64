// Package onnxpb reads ONNX's files without ORT.
//
// A model says what it needs and what it is made of:
//
//	model, err := onnxpb.ReadModel(data)
//
// ONNX keeps the inputs and outputs of its tests in files of one protobuf message each, a TensorProto, a SequenceProto
// or an OptionalProto. The file does not say which; the model does.
//
//	v, err := onnxpb.ParseTensor(data)
package onnxpb

import (
	"errors"
	"fmt"
)

// ErrUnsupported says that a file is in order but holds what can't be expressed here: sparse tensors and maps.
var ErrUnsupported = errors.New("unsupported kind of value")

// Value is what a file holds. The zero value is an optional without content.
type Value struct {
	Tensor   *Tensor
	Sequence *Sequence
}

// Sequence is a list of values.
type Sequence struct{ Items []Value }

// maxDepth bounds how deep sequences and optionals may be nested.
const maxDepth = 8

// ParseTensor reads a TensorProto.
func ParseTensor(message []byte) (Value, error) {
	t, err := parseTensor(message)
	if err != nil {
		return Value{}, fmt.Errorf("reading a tensor: %w", err)
	}
	return Value{Tensor: &t}, nil
}

// ParseSequence reads a SequenceProto.
func ParseSequence(message []byte) (Value, error) {
	v, err := parseSequence(message, maxDepth)
	if err != nil {
		return Value{}, fmt.Errorf("reading a sequence: %w", err)
	}
	return v, nil
}

// ParseOptional reads an OptionalProto.
func ParseOptional(message []byte) (Value, error) {
	v, err := parseOptional(message, maxDepth)
	if err != nil {
		return Value{}, fmt.Errorf("reading an optional: %w", err)
	}
	return v, nil
}

// Fields that SequenceProto and OptionalProto have in common, by what they hold.
const (
	tensorField   = 3
	sparseField   = 4
	sequenceField = 5
	mapField      = 6
	optionalField = 7
)

func parseSequence(message []byte, depth int) (Value, error) {
	s := new(Sequence)
	err := fields(message, func(f field) error {
		if f.id < tensorField || f.id > optionalField {
			return nil
		}
		v, err := content(f, depth)
		if err != nil {
			return err
		}
		s.Items = append(s.Items, v)
		return nil
	})
	return Value{Sequence: s}, err
}

func parseOptional(message []byte, depth int) (Value, error) {
	var v Value
	err := fields(message, func(f field) (err error) {
		if f.id >= tensorField && f.id <= optionalField {
			v, err = content(f, depth)
		}
		return err
	})
	return v, err
}

// content reads what is in a sequence or an optional.
func content(f field, depth int) (Value, error) {
	if depth == 0 {
		return Value{}, fmt.Errorf("%w: nested too deep", ErrUnsupported)
	}
	if f.wire != bytes {
		return Value{}, errWire
	}
	switch f.id {
	case tensorField:
		t, err := parseTensor(f.data)
		return Value{Tensor: &t}, err
	case sequenceField:
		return parseSequence(f.data, depth-1)
	case optionalField:
		return parseOptional(f.data, depth-1)
	case sparseField:
		return Value{}, fmt.Errorf("%w: sparse tensor", ErrUnsupported)
	default:
		return Value{}, fmt.Errorf("%w: map", ErrUnsupported)
	}
}
