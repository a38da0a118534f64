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

func tensorOf[T ortwrap.TensorData](list []T, dims []int64) (ortwrap.Value, error) {
	if len(dims) == 0 {
		return ortwrap.NewScalar(list[0])
	}
	return ortwrap.NewTensor(dims, list)
}
