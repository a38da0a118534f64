package ortwrap

import (
	"fmt"
	"runtime"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// MapKey are the types of keys that ORT has maps with.
type MapKey interface{ int64 | string }

// MapValue are the types of values that ORT has maps with.
type MapValue interface {
	int64 | string | float32 | float64
}

// NewMap makes a map with a copy of two tensors of the same length: keys ([MapKey]) and values ([MapValue]). The error
// is [ErrInvalidValue] for all others.
func NewMap(keys, values Value) (*Map, error) {
	return create("map", func() (*Map, error) {
		k, err := look(keys)
		if err != nil {
			return nil, fmt.Errorf("keys: %w", err)
		}
		v, err := look(values)
		if err != nil {
			return nil, fmt.Errorf("values: %w", err)
		}
		own, err := capi.NewContainer(int(KindMap), []capi.Value{k.native, v.native})
		runtime.KeepAlive(keys)
		runtime.KeepAlive(values)
		if err != nil {
			return nil, convert(err)
		}
		m, err := mapOf(own)
		if err != nil {
			own.Release()
			return nil, convert(err)
		}
		return m, nil
	})
}

// NewMapFromGoMap makes a map with a copy of a Go map. Its keys are in ascending order. The errors are those of
// [NewMap].
func NewMapFromGoMap[K MapKey, V MapValue](m map[K]V) (*Map, error) {
	keys, values := make([]K, 0, len(m)), make([]V, 0, len(m))
	for k, v := range m {
		keys, values = append(keys, k), append(values, v)
	}
	keyTensor, err := TensorOf(keys)
	if err != nil {
		return nil, fmt.Errorf("making a map: keys: %w", err)
	}
	defer keyTensor.Destroy()
	valueTensor, err := TensorOf(values)
	if err != nil {
		return nil, fmt.Errorf("making a map: values: %w", err)
	}
	defer valueTensor.Destroy()
	return NewMap(keyTensor, valueTensor)
}

// MapOf copies a map to a Go map. The error is [ErrElementType] where v is no map or is one of other types, and
// [ErrInvalidValue] where it is nil or destroyed.
func MapOf[K MapKey, V MapValue](v Value) (map[K]V, error) {
	if _, err := handle(v); err != nil {
		return nil, fmt.Errorf("reading a map: %w", err)
	}
	m, ok := v.(*Map)
	if !ok {
		return nil, fmt.Errorf("reading a map: %w: expected map, got %s", ErrElementType, Kind(v.GetONNXType()))
	}
	keyTensor, valueTensor, err := m.GetKeysAndValues()
	if err != nil {
		return nil, fmt.Errorf("reading a map: %w", err)
	}
	keys, err := Elements[K](keyTensor)
	if err != nil {
		return nil, fmt.Errorf("reading a map: keys: %w", err)
	}
	values, err := Elements[V](valueTensor)
	if err != nil {
		return nil, fmt.Errorf("reading a map: values: %w", err)
	}
	out := make(map[K]V, len(keys))
	for i, k := range keys {
		out[k] = values[i]
	}
	return out, nil
}

// mapOf takes over a map of ORT, unless there is an error. The keys and values are copies.
func mapOf(v capi.Value) (*Map, error) {
	items, err := v.Items()
	if err != nil {
		return nil, err
	}
	keys, err := value(items[0])
	if err != nil {
		items[1].Release()
		return nil, fmt.Errorf("map: keys: %w", err)
	}
	values, err := value(items[1])
	if err != nil {
		keys.Destroy()
		return nil, fmt.Errorf("map: values: %w", err)
	}
	return heldMap(v, keys, values), nil
}
