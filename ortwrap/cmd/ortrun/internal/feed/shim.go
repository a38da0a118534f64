package feed

import (
	"errors"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

type Images struct {
	Width, Height int
	Layout        string
	Mean, Std     []float32
}

func (i Images) read(info ortwrap.Info, path string) (ortwrap.Value, error) {
	return nil, errors.New("todo")
}

