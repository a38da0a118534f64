// Package digits is the model of the examples: it tells which digit somebody wrote, from 8x8 pixels.
//
// The network has one input, image float32[batch, 64], pixels from 0 (paper) to 1 (ink) row by row, and one output,
// probabilities float32[batch, 10]. train.py in this folder makes it again.
//
//	session, err := ortwrap.CreateSession(digits.Model())
package digits

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

//go:embed digits.onnx
var model []byte

//go:embed samples.json
var samples []byte

// Model is the content of the model's file.
func Model() []byte { return slices.Clone(model) }

// Sample is one written digit.
type Sample struct {
	Digit         int         `json:"digit"`         // what the writer meant
	Pixels        [64]float32 `json:"pixels"`        // from 0 (paper) to 16 (ink), row by row
	Probabilities [10]float32 `json:"probabilities"` // what the network should say, computed without ONNX Runtime
}

// Image is the sample as the network wants it.
func (s Sample) Image() []float32 {
	image := make([]float32, len(s.Pixels))
	for i, p := range s.Pixels {
		image[i] = p / 16
	}
	return image
}

// Samples are ten digits, 0 to 9, that the network was not trained on.
func Samples() ([]Sample, error) {
	var file struct{ Samples []Sample }
	if err := json.Unmarshal(samples, &file); err != nil {
		return nil, fmt.Errorf("reading samples.json: %w", err)
	}
	return file.Samples, nil
}
