package command

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// description is what inspect finds out about a model.
type description struct {
	Path    string `json:"path"`
	Size    int64  `json:"size"`
	Usable  bool   `json:"usable"`            // whether ORT opens it
	Problem string `json:"problem,omitempty"` // why not
	Unread  string `json:"unread,omitempty"`  // why the file itself was not read: fields up to External are empty then

	IR              int64             `json:"ir_version"`
	Opsets          map[string]int64  `json:"opsets"`
	Producer        string            `json:"producer"`
	ProducerVersion string            `json:"producer_version"`
	Domain          string            `json:"domain"`
	Version         int64             `json:"version"`
	Doc             string            `json:"description"`
	Metadata        map[string]string `json:"metadata"`
	Graph           string            `json:"graph"`
	Nodes           int               `json:"nodes"`
	Functions       int               `json:"functions"`
	Parameters      int64             `json:"parameters"`
	ParameterBytes  int64             `json:"parameter_bytes"`
	Operators       []operator        `json:"operators"` // the most frequent first
	External        []external        `json:"external"`

	Inputs  []port `json:"inputs"` // what ORT says; empty where it can't open the model
	Outputs []port `json:"outputs"`
}

type operator struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// external is a file beside the model that holds some of its tensors.
type external struct {
	File    string `json:"file"`
	Tensors int    `json:"tensors"`
	Bytes   int64  `json:"bytes"`
	Missing bool   `json:"missing"`
}

// port is an input or an output.
type port struct {
	Name  string `json:"name"`
	Type  string `json:"type"`  // of the elements, or "sequence", "map"
	Shape []any  `json:"shape"` // numbers, names of dimensions, and nil for those that are open and have no name
}

func ports(infos []ortwrap.Info) []port {
	list := make([]port, len(infos))
	for i, info := range infos {
		p := port{Name: info.Name, Type: info.Kind.String(), Shape: []any{}}
		if info.Kind == ortwrap.KindTensor {
			p.Type = info.Type.String()
		}
		for k, d := range info.Shape {
			switch {
			case d >= 0:
				p.Shape = append(p.Shape, d)
			case k < len(info.Symbols) && info.Symbols[k] != "":
				p.Shape = append(p.Shape, info.Symbols[k])
			default:
				p.Shape = append(p.Shape, nil)
			}
		}
		list[i] = p
	}
	return list
}

// text is the shape for people: "[batch, 64]"; "" for what has none.
func (p port) text() string {
	if p.Type == ortwrap.KindSequence.String() || p.Type == ortwrap.KindMap.String() {
		return ""
	}
	dims := make([]string, len(p.Shape))
	for i, d := range p.Shape {
		if dims[i] = "?"; d != nil {
			dims[i] = fmt.Sprint(d)
		}
	}
	return "[" + strings.Join(dims, ", ") + "]"
}

// readFile fills in what the file says.
func (d *description) readFile() error {
	data, err := os.ReadFile(d.Path)
	if err != nil {
		return err
	}
	d.Size = int64(len(data))
	m, err := onnxpb.ReadModel(data)
	if err != nil {
		return err
	}
	d.Operators = []operator{}
	d.IR, d.Opsets, d.Producer, d.ProducerVersion = m.IR, m.Opsets, m.Producer, m.ProducerVersion
	d.Domain, d.Version, d.Doc, d.Metadata = m.Domain, m.Version, m.Doc, m.Metadata
	d.Graph, d.Nodes, d.Functions = m.Graph.Name, m.Graph.Nodes, m.Functions
	d.Parameters, d.ParameterBytes = m.Graph.Parameters(), m.Graph.Bytes()
	for name, count := range m.Graph.Operators {
		d.Operators = append(d.Operators, operator{name, int64(count)})
	}
	slices.SortFunc(d.Operators, func(a, b operator) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	d.External = externals(filepath.Dir(d.Path), m.Graph.Initializers)
	return nil
}

// externals sums up the files beside the model, in order of their names.
func externals(dir string, list []onnxpb.Initializer) []external {
	files := []external{}
	for _, i := range list {
		if i.External == "" {
			continue
		}
		k, found := slices.BinarySearchFunc(files, i.External, func(e external, name string) int {
			return cmp.Compare(e.File, name)
		})
		if !found {
			_, err := os.Stat(filepath.Join(dir, i.External))
			files = slices.Insert(files, k, external{File: i.External, Missing: err != nil})
		}
		files[k].Tensors++
		files[k].Bytes += i.Bytes
	}
	return files
}
