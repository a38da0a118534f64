// Package onnxvalue makes values of ORT from the files of ONNX's test data: input_0.pb, output_0.pb and so on.
//
//	message, err := onnxvalue.Parse(session.Inputs()[0], file)
//	input, err := onnxvalue.Make(message, session.Inputs()[0].Type)
package onnxvalue

import (
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// Parse reads a file. What the model says of the input or output tells which kind of message it is.
func Parse(info ortwrap.Info, data []byte) (onnxpb.Value, error) {
	parse := onnxpb.ParseTensor
	switch info.Kind {
	case ortwrap.KindTensor:
	case ortwrap.KindSequence:
		parse = onnxpb.ParseSequence
	case ortwrap.KindOptional:
		parse = onnxpb.ParseOptional
	default:
		return onnxpb.Value{}, fmt.Errorf("%w: %s", ortwrap.ErrUnsupportedValue, info.Kind)
	}
	v, err := parse(data)
	if err != nil {
		return onnxpb.Value{}, err
	}
	if t := v.Tensor; t != nil && info.Type == ortwrap.BFloat16 && t.Element == int(ortwrap.Uint16) {
		t.Element = int(ortwrap.BFloat16) // test data come from numpy, which lacks the type
	}
	return v, nil
}

// Make makes a value, which the caller destroys. An optional without content is nil. The type of elements is that of a
// sequence without items, about which a file says nothing.
func Make(v onnxpb.Value, element ortwrap.ElementType) (ortwrap.Value, error) {
	switch {
	case v.Tensor != nil:
		return makeTensor(*v.Tensor)
	case v.Sequence == nil:
		return nil, nil
	case len(v.Sequence.Items) == 0:
		return nilOnError(ortwrap.NewEmptySequence(element))
	}
	items := make([]ortwrap.Value, len(v.Sequence.Items))
	defer func() { // the sequence has copies
		for _, item := range items {
			if item != nil {
				item.Destroy()
			}
		}
	}()
	for i, item := range v.Sequence.Items {
		var err error
		if items[i], err = Make(item, element); err != nil {
			return nil, err
		}
	}
	return nilOnError(ortwrap.NewSequence(items))
}

func makeTensor(t onnxpb.Tensor) (ortwrap.Value, error) {
	if t.Element == onnxpb.String {
		return ortwrap.ValueOf(ortwrap.Array[string]{Shape: t.Dims, Data: t.Strings})
	}
	return nilOnError(ortwrap.NewNative(ortwrap.ElementType(t.Element), t.Dims, t.Data))
}

// nilOnError keeps a nil pointer from becoming a value that is not nil.
func nilOnError[V ortwrap.Value](v V, err error) (ortwrap.Value, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}
