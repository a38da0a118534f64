package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// maxDepth bounds how deep lists may be nested.
const maxDepth = 64

// readObject reads the members of a JSON file; nil where it is not an object.
func readObject(path string) (map[string]json.RawMessage, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if text = bytes.TrimSpace(text); len(text) == 0 || text[0] != '{' {
		return nil, nil
	}
	members := map[string]json.RawMessage{}
	return members, json.Unmarshal(text, &members)
}

func (r *reader) addObject(members map[string]json.RawMessage) error {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		info, err := r.info(name)
		if err != nil {
			return err
		}
		v, err := fromJSON(info, members[name])
		if err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		if err := r.add(name, v); err != nil {
			return err
		}
	}
	return nil
}

// fromJSON makes the value of an input from a JSON value or nested lists of them.
func fromJSON(info ortwrap.Info, text []byte) (ortwrap.Value, error) {
	if info.Kind != ortwrap.KindTensor {
		return nil, fmt.Errorf("%w: a %s: only tensors can be read", ortwrap.ErrUnsupportedValue, info.Kind)
	}
	list, dims, err := flatten(text)
	if err != nil {
		return nil, err
	}
	return makeTensor(info.Type, list, fit(dims, info.Shape, len(list)))
}

// flatten reads nested lists: the elements in row-major order, each a json.Number, a bool or a string, and the
// dimensions.
func flatten(text []byte) (list []any, dims []int64, err error) {
	const want = "expected a file (.npy, .json, .png, .jpeg) or JSON"
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil, errors.New(want + ", got nothing")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		return nil, nil, fmt.Errorf(want+": %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, nil, errors.New("expected one JSON value, got more behind it")
	}
	for v := root; ; {
		items, ok := v.([]any)
		if !ok {
			break
		}
		dims = append(dims, int64(len(items)))
		if len(items) == 0 {
			break
		}
		v = items[0]
	}
	if len(dims) > maxDepth {
		return nil, nil, fmt.Errorf("lists are nested %d deep, more than %d", len(dims), maxDepth)
	}
	list, err = collect(nil, root, dims)
	return list, dims, err
}

// collect appends the elements of v, which should have the dimensions dims.
func collect(list []any, v any, dims []int64) ([]any, error) {
	items, isList := v.([]any)
	switch {
	case isList != (len(dims) > 0) || isList && int64(len(items)) != dims[0]:
		return nil, errors.New("lists of different lengths or depths can't be a tensor")
	case !isList:
		switch v.(type) {
		case json.Number, bool, string:
			return append(list, v), nil
		}
		return nil, errors.New("expected numbers, booleans, strings or lists of them")
	}
	for _, item := range items {
		var err error
		if list, err = collect(list, item, dims[1:]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// fit gives n elements the model's shape where they have at most one dimension, fewer than it, and one way to do so: "5"
// will do for an input of shape [1], and a list of 64 numbers for one of shape [batch, 64].
func fit(dims []int64, want ortwrap.Shape, n int) []int64 {
	if len(dims) >= len(want) || len(dims) > 1 || n == 0 {
		return dims
	}
	known, open := int64(1), 0
	for _, d := range want {
		if d >= 0 {
			known *= d
		} else {
			open++
		}
	}
	if known == 0 || int64(n)%known != 0 {
		return dims
	}
	left := int64(n) / known
	if left != 1 && open != 1 {
		return dims
	}
	shape := make([]int64, len(want))
	for i, d := range want {
		if shape[i] = d; d < 0 {
			shape[i] = left
		}
	}
	return shape
}
