package conformance

import (
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// read turns a value of ORT into the form of the files.
func read(v ortwrap.Value) (onnxpb.Value, error) {
	if v == nil {
		return onnxpb.Value{}, nil
	}
	if ortwrap.Kind(v.GetONNXType()) == ortwrap.KindSequence {
		return readSequence(v)
	}
	t := &onnxpb.Tensor{Element: int(v.DataType()), Dims: v.GetShape()}
	var err error
	if t.Element == onnxpb.String {
		t.Strings, err = ortwrap.Elements[string](v)
	} else {
		t.Data, err = ortwrap.Bytes(v)
	}
	return onnxpb.Value{Tensor: t}, err
}

func readSequence(s ortwrap.Value) (onnxpb.Value, error) {
	items, err := ortwrap.Items(s)
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
