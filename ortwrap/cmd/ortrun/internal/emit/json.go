package emit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// JSON is an object with a member for each output, sorted by name: a number, a boolean or a string for a scalar, nested
// lists for a tensor, a list for a sequence, an object for a map, null for an optional without content. Floating-point
// numbers have the digits that tell them apart; NaN and the infinities are strings.
func JSON(outputs map[string]ortwrap.Value) ([]byte, error) {
	text := []byte("{")
	for i, name := range slices.Sorted(maps.Keys(outputs)) {
		if i > 0 {
			text = append(text, ",\n "...)
		}
		text = append(text, quote(name)...)
		text = append(text, ": "...)
		var err error
		if text, err = appendValue(text, outputs[name]); err != nil {
			return nil, fmt.Errorf("output %q: %w", name, err)
		}
	}
	return append(text, '}'), nil
}

// quote is a JSON string.
func quote(s string) []byte {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // strings never fail
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

func appendValue(text []byte, v ortwrap.Value) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(text, "null"...), nil
	case *ortwrap.Sequence:
		items, err := v.GetValues()
		if err != nil {
			return nil, err
		}
		return appendList(text, len(items), func(text []byte, i int) ([]byte, error) {
			return appendValue(text, items[i])
		})
	case *ortwrap.Map:
		return appendMap(text, v)
	}
	list, err := elements(v)
	if err != nil {
		return nil, err
	}
	text, _ = appendTensor(text, v.GetShape(), list)
	return text, nil
}

func appendList(text []byte, n int, one func([]byte, int) ([]byte, error)) ([]byte, error) {
	text = append(text, '[')
	for i := range n {
		if i > 0 {
			text = append(text, ", "...)
		}
		var err error
		if text, err = one(text, i); err != nil {
			return nil, err
		}
	}
	return append(text, ']'), nil
}

// appendTensor appends elements, which are JSON already, as nested lists, and returns those that are left.
func appendTensor(text []byte, dims []int64, list [][]byte) ([]byte, [][]byte) {
	if len(dims) == 0 {
		return append(text, list[0]...), list[1:]
	}
	text, _ = appendList(text, int(dims[0]), func(text []byte, _ int) ([]byte, error) {
		text, list = appendTensor(text, dims[1:], list)
		return text, nil
	})
	return text, list
}

// appendMap appends an object. Keys that are numbers become strings, as JSON wants it.
func appendMap(text []byte, m *ortwrap.Map) ([]byte, error) {
	keys, values, err := m.GetKeysAndValues()
	if err != nil {
		return nil, err
	}
	names, err := elements(keys)
	if err != nil {
		return nil, err
	}
	list, err := elements(values)
	if err != nil {
		return nil, err
	}
	text = append(text, '{')
	for i, name := range names {
		if i > 0 {
			text = append(text, ", "...)
		}
		if name[0] != '"' {
			name = quote(string(name))
		}
		text = append(append(text, name...), ": "...)
		text = append(text, list[i]...)
	}
	return append(text, '}'), nil
}

// elements are a tensor's elements as JSON.
func elements(v ortwrap.Value) ([][]byte, error) {
	switch ortwrap.ElementType(v.DataType()) {
	case ortwrap.Int64:
		return each(v, func(i int64) []byte { return strconv.AppendInt(nil, i, 10) })
	case ortwrap.Uint64:
		return each(v, func(i uint64) []byte { return strconv.AppendUint(nil, i, 10) })
	case ortwrap.Bool:
		return each(v, func(b bool) []byte { return strconv.AppendBool(nil, b) })
	case ortwrap.Float32:
		return each(v, func(f float32) []byte { return number(float64(f), 32) })
	case ortwrap.String:
		return each(v, quote)
	}
	list, err := ortwrap.Float64s(v) // has room for all others
	if err != nil {
		return nil, err
	}
	return mapped(list, func(f float64) []byte { return number(f, 64) }), nil
}

func each[T ortwrap.Element](v ortwrap.Value, one func(T) []byte) ([][]byte, error) {
	list, err := ortwrap.Elements[T](v)
	if err != nil {
		return nil, err
	}
	return mapped(list, one), nil
}

func mapped[T any](list []T, one func(T) []byte) [][]byte {
	texts := make([][]byte, len(list))
	for i, x := range list {
		texts[i] = one(x)
	}
	return texts
}

func number(f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return []byte(`"NaN"`)
	case math.IsInf(f, 1):
		return []byte(`"Infinity"`)
	case math.IsInf(f, -1):
		return []byte(`"-Infinity"`)
	}
	return strconv.AppendFloat(nil, f, 'g', -1, bits)
}
