package conformance

import (
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

// make makes a value for ORT from one of a file, and keeps it for destroy. An optional without content is nil. The type
// of elements is that of a sequence without items, about which the file says nothing.
func (l *values) make(v onnxpb.Value, element ortwrap.ElementType) (ortwrap.Value, error) {
	if v == (onnxpb.Value{}) {
		return nil, nil
	}
	made, err := l.construct(v, element)
	if err != nil {
		return nil, err
	}
	*l = append(*l, made)
	return made, nil
}

func (l *values) construct(v onnxpb.Value, element ortwrap.ElementType) (ortwrap.Value, error) {
	switch {
	case v.Tensor != nil:
		return makeTensor(*v.Tensor)
	case len(v.Sequence.Items) == 0:
		return ortwrap.NewEmptySequence(element)
	}
	items := make([]ortwrap.Value, len(v.Sequence.Items))
	for i, item := range v.Sequence.Items {
		var err error
		if items[i], err = l.make(item, element); err != nil {
			return nil, err
		}
	}
	return ortwrap.NewSequence(items)
}

func makeTensor(t onnxpb.Tensor) (ortwrap.Value, error) {
	if t.Element == onnxpb.String {
		return ortwrap.ValueOf(ortwrap.Array[string]{Shape: t.Dims, Data: t.Strings})
	}
	return ortwrap.NewNative(ortwrap.ElementType(t.Element), t.Dims, t.Data)
}

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
