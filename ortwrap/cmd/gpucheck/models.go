package main

import (
	"embed"
	"math"
	"math/rand/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// files are the models, which models/models.py writes, and the program that measures Microsoft's package.
//
//go:embed models/*.onnx peer.py
var files embed.FS

// model is what is run on both devices.
type model struct {
	name      string
	shape     []int64
	reference string            // name of the model that the processor computes instead; "" is the same
	full      ortwrap.Tolerance // between GPU and processor, both with float32 in full
	fast      ortwrap.Tolerance // with what the GPU does by itself: TF32, which has 10 bits for fractions
}

// within is a tolerance for numbers of one size.
func within(absolute float64) ortwrap.Tolerance { return ortwrap.Tolerance{Absolute: absolute} }

// models have outputs of about the size 1, and those of matmul, which are probabilities, of about 1/64.
var models = []model{
	{name: "conv", shape: []int64{4, 3, 64, 64}, full: within(1e-4), fast: within(1e-2)},
	{name: "matmul", shape: []int64{256, 64}, full: within(1e-5), fast: within(1e-3)},
	{name: "attention", shape: []int64{2, 128, 64}, full: within(1e-4), fast: within(1e-2)},
	{name: "mha", shape: []int64{2, 128, 64}, full: within(1e-4), fast: within(1e-2)},
	{
		name: "mha16", shape: []int64{2, 128, 64}, reference: "mha", // the processor has no float16 attention
		full: within(1e-2), fast: within(2e-2),
	},
}

// find is the model of a name.
func find(name string) (model, bool) {
	for _, m := range models {
		if m.name == name {
			return m, true
		}
	}
	return model{}, false
}

// bytes is the model's file.
func bytes(name string) ([]byte, error) { return files.ReadFile("models/" + name + ".onnx") }

// compare returns an error where what the GPU computed, with float32 in full or not, is not what the processor computed.
func (m model) compare(got, want ortwrap.Value, full bool) error {
	tolerance := m.fast
	if full {
		tolerance = m.full
	}
	_, err := ortwrap.Compare(got, want, tolerance)
	return err
}

// input is the same in every process: normal numbers.
func (m model) input() (ortwrap.Value, error) {
	n := int64(1)
	for _, d := range m.shape {
		n *= d
	}
	random := rand.New(rand.NewPCG(1, 4)) //nolint:gosec // no secret: always the same
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(math.Max(-4, math.Min(4, random.NormFloat64())))
	}
	return ortwrap.TensorOf(data, m.shape...)
}
