package onnxpb

import (
	stdbytes "bytes"
	"errors"
	"fmt"
	"io"
)

// Model is what a model file says about itself. The fields are those of ONNX's ModelProto.
type Model struct {
	IR              int64 // version of the file format
	Producer        string
	ProducerVersion string
	Domain          string
	Doc             string
	Version         int64
	Opsets          map[string]int64 // version by domain; ONNX's own domain is "ai.onnx"
	Metadata        map[string]string
	Graph           Graph
	Functions       int // operators that the model defines itself
}

// OwnDomain is the domain of ONNX's own operators, which files mostly write as "".
const OwnDomain = "ai.onnx"

// ErrNotModel says that data are no ONNX model, whatever else they are.
var ErrNotModel = errors.New("not an ONNX model")

// Fields of ModelProto.
const (
	irField       = 1
	graphField    = 7
	opsetField    = 8
	metadataField = 14
	functionField = 25
)

var modelParts = map[int]string{
	irField: "the version of the format", 2: "the producer", 3: "the producer's version", 4: "the domain",
	5: "the model's version", 6: "the description", graphField: "the graph", opsetField: "the opsets",
	metadataField: "the metadata", 20: "the training information", functionField: "a function",
}

// ReadOutline reads all of a model but its graph, which it does not touch: a file of gigabytes costs as much as a small
// one. Of the model's own functions, which few models have, it only looks at which calls which. The error is [ErrCalls]
// where that has no end.
func ReadOutline(r io.ReaderAt, size int64) (Model, error) {
	m, _, err := outline(&scanner{r: r, size: size})
	if err != nil {
		return m, fmt.Errorf("reading a model: %w", err)
	}
	return m, nil
}

// ReadModel reads all of a model. Nothing in the result refers to data.
func ReadModel(data []byte) (Model, error) {
	m, parts, err := outline(&scanner{r: stdbytes.NewReader(data), size: int64(len(data))})
	if err == nil {
		err = m.Graph.read(data, parts)
	}
	if err != nil {
		return m, fmt.Errorf("reading a model: %w", err)
	}
	return m, nil
}

// outline also says where the graph and the functions are.
func outline(s *scanner) (Model, []part, error) {
	m := Model{Opsets: map[string]int64{}, Metadata: map[string]string{}}
	var later []part
	err := s.parts(modelParts, func(p part) error {
		if name, known := modelParts[p.id]; known && p.wire != modelWire(p.id) {
			return fmt.Errorf("%w: %s has an unexpected type", ErrNotModel, name)
		}
		switch p.id {
		case irField:
			m.IR = int64(p.number)
		case 5:
			m.Version = int64(p.number)
		case graphField, functionField:
			if p.id == functionField {
				m.Functions++
			}
			later = append(later, p)
		case 2, 3, 4, 6, opsetField, metadataField:
			data, err := s.read(p)
			if err != nil {
				return err
			}
			return m.set(p.id, data)
		}
		return nil
	})
	switch {
	case err != nil:
		return m, nil, err
	case m.IR <= 0:
		return m, nil, fmt.Errorf("%w: it does not say which version of the format it has", ErrNotModel)
	case !hasGraph(later):
		return m, nil, &TruncatedError{Part: "the model, before the graph", Size: s.size, Need: s.size + 2}
	case m.Functions > 0:
		err = checkFunctions(s, later)
	}
	return m, later, err
}

func modelWire(id int) int {
	if id == irField || id == 5 {
		return varint
	}
	return bytes
}

func hasGraph(parts []part) bool {
	for _, p := range parts {
		if p.id == graphField {
			return true
		}
	}
	return false
}

// set takes the content of a field of bytes.
func (m *Model) set(id int, data []byte) error {
	switch id {
	case 2:
		m.Producer = string(data)
	case 3:
		m.ProducerVersion = string(data)
	case 4:
		m.Domain = string(data)
	case 6:
		m.Doc = string(data)
	case opsetField:
		domain, version, err := parseOpset(data)
		m.Opsets[domain] = version
		return err
	case metadataField:
		key, value, err := parseEntry(data)
		m.Metadata[key] = value
		return err
	}
	return nil
}

// parseOpset reads an OperatorSetIdProto.
func parseOpset(message []byte) (domain string, version int64, err error) {
	err = fields(message, func(f field) error {
		switch f.id {
		case 1:
			domain = string(f.data)
		case 2:
			version = int64(f.number)
		}
		return nil
	})
	if domain == "" {
		domain = OwnDomain
	}
	return domain, version, err
}

// parseEntry reads a StringStringEntryProto.
func parseEntry(message []byte) (key, value string, err error) {
	err = fields(message, func(f field) error {
		switch f.id {
		case 1:
			key = string(f.data)
		case 2:
			value = string(f.data)
		}
		return nil
	})
	return key, value, err
}
