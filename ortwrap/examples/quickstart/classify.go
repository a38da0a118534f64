package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// tolerance is how far a probability may be from the expected one: float32 against float64.
const tolerance = 1e-5

// result is what the program found out.
type result struct {
	Runtime    ortwrap.Build `json:"runtime"`
	Model      model         `json:"model"`
	Digits     []digit       `json:"digits"`
	Difference float64       `json:"difference"` // the largest one to an expected probability
	Opened     time.Duration `json:"opened_ns"`  // time to load the model
	Ran        time.Duration `json:"ran_ns"`     // time to run it on all digits

	samples []digits.Sample
}

type model struct {
	Bytes   int      `json:"bytes"`
	Inputs  []string `json:"inputs"`
	Outputs []string `json:"outputs"`
}

type digit struct {
	Want        int     `json:"want"`
	Got         int     `json:"got"`
	Probability float32 `json:"probability"`
}

// classify runs the model on all samples at once.
func classify(ctx context.Context) (result, error) {
	var r result
	var err error
	if r.Runtime, err = ortwrap.BuildInfo(); err != nil {
		return r, err
	}
	if r.samples, err = digits.Samples(); err != nil {
		return r, err
	}

	start := time.Now()
	session, err := ortwrap.NewSession().FromMemory(digits.Model()).WithThreads(1).Open()
	if err != nil {
		return r, err
	}
	defer session.Close()
	r.Opened = time.Since(start)
	r.Model = describe(session)

	var pixels []float32
	for _, s := range r.samples {
		pixels = append(pixels, s.Image()...)
	}
	input, err := ortwrap.NewTensor(ortwrap.NewShape(int64(len(r.samples)), 64), pixels)
	if err != nil {
		return r, err
	}
	defer input.Destroy()

	start = time.Now()
	outputs, err := session.Run(ctx, input)
	if err != nil {
		return r, err
	}
	r.Ran = time.Since(start)
	defer outputs[0].Destroy()
	probabilities, ok := outputs[0].(*ortwrap.Tensor[float32])
	if !ok {
		return r, fmt.Errorf("the model's output is a %T", outputs[0])
	}
	r.add(probabilities.GetData())
	return r, nil
}

func describe(session *ortwrap.Session) model {
	m := model{Bytes: len(digits.Model())}
	for _, info := range session.Inputs() {
		m.Inputs = append(m.Inputs, info.String())
	}
	for _, info := range session.Outputs() {
		m.Outputs = append(m.Outputs, info.String())
	}
	return m
}

// add takes the probabilities of all samples, ten for each.
func (r *result) add(probabilities []float32) {
	for i, s := range r.samples {
		d := digit{Want: s.Digit}
		for k, p := range probabilities[10*i : 10*i+10] {
			if p > d.Probability {
				d.Got, d.Probability = k, p
			}
			r.Difference = math.Max(r.Difference, math.Abs(float64(p-s.Probabilities[k])))
		}
		r.Digits = append(r.Digits, d)
	}
}

// check says what is wrong with the numbers. Written so that NaN is wrong too.
func (r *result) check() error {
	if !(r.Difference <= tolerance) {
		return fmt.Errorf("a probability is off by %g, more than %g", r.Difference, tolerance)
	}
	for _, d := range r.Digits {
		if d.Got != d.Want {
			return fmt.Errorf("a %d was taken for a %d", d.Want, d.Got)
		}
	}
	return nil
}
