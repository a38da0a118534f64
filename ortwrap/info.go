package ortwrap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Info describes an input or an output of a model.
type Info struct {
	Name string
	Kind Kind
	// Type is the type of the elements of a tensor, or of the tensors in a sequence or optional. It is Undefined where
	// there are none.
	Type ElementType
	// Shape has -1 for each dimension that the model leaves open. It is empty for a scalar, and also where the model says
	// nothing about the shape.
	Shape Shape
	// Symbols has the names that the model gives to its dimensions, such as "batch", and "" for the others.
	Symbols []string
}

// String is short and for people: `image float32[batch, 64]`.
func (i Info) String() string {
	if i.Kind != KindTensor {
		return i.Name + " " + i.Kind.String()
	}
	dims := make([]string, len(i.Shape))
	for k, d := range i.Shape {
		switch {
		case d >= 0:
			dims[k] = fmt.Sprint(d)
		case k < len(i.Symbols) && i.Symbols[k] != "":
			dims[k] = i.Symbols[k]
		default:
			dims[k] = "?"
		}
	}
	return fmt.Sprintf("%s %s[%s]", i.Name, i.Type, strings.Join(dims, ", "))
}

func infos(list []capi.Info) []Info {
	out := make([]Info, len(list))
	for i, d := range list {
		out[i] = Info{d.Name, Kind(d.Kind), ElementType(d.Element), d.Shape, d.Symbols}
	}
	return out
}

// cloneInfos makes sure that whoever asks a session changes nothing in it.
func cloneInfos(list []Info) []Info {
	list = slices.Clone(list)
	for i := range list {
		list[i].Shape, list[i].Symbols = slices.Clone(list[i].Shape), slices.Clone(list[i].Symbols)
	}
	return list
}

func names(list []Info) []string {
	names := make([]string, len(list))
	for i, info := range list {
		names[i] = info.Name
	}
	return names
}

func hasName(list []Info, name string) bool {
	for _, info := range list {
		if info.Name == name {
			return true
		}
	}
	return false
}

// signature lists the inputs or outputs for error messages.
func signature(infos []Info) string {
	if len(infos) == 0 {
		return "nothing"
	}
	list := make([]string, len(infos))
	for i, info := range infos {
		list[i] = info.String()
	}
	return strings.Join(list, ", ")
}
