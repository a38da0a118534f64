package onnxpb

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
)

// Graph is what a model computes, with the graphs inside its operators and the bodies of the model's own functions.
type Graph struct {
	Name         string
	Nodes        int            // all nodes, also those of inner graphs and functions
	Operators    map[string]int // nodes by operator: "Conv", "com.microsoft.Gelu"
	Initializers []Initializer  // stored tensors, also those of inner graphs

	operators map[operator]int // what is called, where that is asked for
}

// Initializer is a tensor that is stored with the model.
type Initializer struct {
	Name  string
	Type  int32 // ONNX's number of the element type
	Dims  []int64
	Bytes int64 // that the elements take, here or in another file
	// External is the file that holds the elements, relative to the model's, and "" where the model holds them.
	External string
	Offset   int64 // of the elements in that file
}

// Len is the number of elements, 0 for impossible dimensions and at most what an int64 holds.
func (i Initializer) Len() int64 {
	n := uint64(1)
	for _, d := range i.Dims {
		if d <= 0 {
			return 0
		}
		high, low := bits.Mul64(n, uint64(d))
		if high != 0 || low > math.MaxInt64 {
			return math.MaxInt64
		}
		n = low
	}
	return int64(n)
}

// Parameters is the number of elements of all initializers.
func (g Graph) Parameters() int64 {
	return g.sum(Initializer.Len)
}

// Bytes is the size of all initializers' elements.
func (g Graph) Bytes() int64 {
	return g.sum(func(i Initializer) int64 { return i.Bytes })
}

func (g Graph) sum(of func(Initializer) int64) int64 {
	total := int64(0)
	for _, i := range g.Initializers {
		if total += of(i); total < 0 {
			return math.MaxInt64
		}
	}
	return total
}

// maxGraphDepth bounds how deep graphs may be nested. Protobuf stops at 100 messages, which is 33 graphs.
const maxGraphDepth = 33

var errDeep = errors.New("graphs are nested too deep")

// read reads the graph and the functions, which are parts of data.
func (g *Graph) read(data []byte, parts []part) error {
	g.Operators = map[string]int{}
	for _, p := range parts {
		message := data[p.offset : p.offset+p.size]
		var err error
		if p.id == graphField {
			err = g.graph(message, maxGraphDepth, true)
		} else {
			err = g.function(message)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", modelParts[p.id], err)
		}
	}
	return nil
}

// graph reads a GraphProto.
func (g *Graph) graph(message []byte, depth int, outer bool) error {
	if depth == 0 {
		return errDeep
	}
	return fields(message, func(f field) error {
		switch f.id {
		case 1: // node
			return g.node(f.data, depth)
		case 2: // name
			if outer {
				g.Name = string(f.data)
			}
		case 5: // initializer
			i, err := parseInitializer(f.data)
			g.Initializers = append(g.Initializers, i)
			return err
		case 15: // sparse_initializer
			return g.sparse(f.data)
		}
		return nil
	})
}

// function reads a FunctionProto.
func (g *Graph) function(message []byte) error {
	return fields(message, func(f field) error {
		if f.id == 7 { // node
			return g.node(f.data, maxGraphDepth)
		}
		return nil
	})
}

// node reads a NodeProto.
func (g *Graph) node(message []byte, depth int) error {
	var called operator
	err := fields(message, func(f field) error {
		switch f.id {
		case 4: // op_type
			called.name = string(f.data)
		case 5: // attribute
			return g.attribute(f.data, depth)
		case 7: // domain
			called.domain = string(f.data)
		case 8: // overload
			called.overload = string(f.data)
		}
		return nil
	})
	name := called.name
	if called.domain != "" && called.domain != OwnDomain {
		name = called.domain + "." + name
	}
	g.Nodes++
	g.Operators[name]++
	if g.operators != nil {
		g.operators[called]++
	}
	return err
}

// attribute reads the graphs in an AttributeProto.
func (g *Graph) attribute(message []byte, depth int) error {
	return fields(message, func(f field) error {
		if f.id == 6 || f.id == 11 { // g, graphs
			return g.graph(f.data, depth-1, false)
		}
		return nil
	})
}

// sparse reads a SparseTensorProto: its values, which have the name, count as they are stored.
func (g *Graph) sparse(message []byte) error {
	return fields(message, func(f field) error {
		if f.id != 1 { // values
			return nil
		}
		i, err := parseInitializer(f.data)
		g.Initializers = append(g.Initializers, i)
		return err
	})
}

// parseInitializer reads a TensorProto without its elements.
func parseInitializer(message []byte) (Initializer, error) {
	var i Initializer
	external, length := false, int64(-1)
	err := fields(message, func(f field) error {
		switch f.id {
		case 1: // dims
			list, err := f.numbers(varint)
			for _, d := range list {
				i.Dims = append(i.Dims, int64(d))
			}
			return err
		case 2: // data_type
			i.Type = int32(f.number)
		case 8: // name
			i.Name = string(f.data)
		case 6: // string_data
			i.Bytes += int64(len(f.data))
		case 13: // external_data
			key, value, err := parseEntry(f.data)
			switch key {
			case "location":
				i.External = value
			case "offset":
				i.Offset, _ = strconv.ParseInt(value, 10, 64)
			case "length":
				length, _ = strconv.ParseInt(value, 10, 64)
			}
			return err
		case 14: // data_location
			external = f.number == 1
		}
		return nil
	})
	if !external {
		i.External, i.Offset, length = "", 0, -1
	}
	switch {
	case length >= 0:
		i.Bytes = length
	case i.Type > 0 && int(i.Type) < len(elementBits) && i.Type != String:
		i.Bytes = storedBytes(i.Len(), int64(elementBits[i.Type]))
	}
	return i, err
}

// storedBytes is the size of n elements, at most what an int64 holds.
func storedBytes(n, width int64) int64 {
	high, low := bits.Mul64(uint64(n), uint64(width))
	if high != 0 || low > math.MaxInt64-7 {
		return math.MaxInt64
	}
	return int64(low+7) / 8
}
