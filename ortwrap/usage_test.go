package ortwrap_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// One call: a model, its input, its output.
func ExampleInfer() {
	samples, err := digits.Samples()
	if err != nil {
		log.Fatal(err)
	}
	image, err := ortwrap.NewTensor(ortwrap.NewShape(1, 64), samples[7].Image())
	if err != nil {
		log.Fatal(err)
	}
	defer image.Destroy()

	outputs, err := ortwrap.Infer(context.Background(), "examples/digits/digits.onnx", image)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	probabilities := outputs[0].(*ortwrap.Tensor[float32]).GetData()
	fmt.Printf("a seven with probability %.2f\n", probabilities[7])
	// Output: a seven with probability 0.96
}

// A model from memory that is opened once and run many times, with several images at once.
func ExampleNewSession() {
	session, err := ortwrap.NewSession().
		FromMemory(digits.Model()).
		WithThreads(1).
		WithOptimization(ortwrap.OptimizeAll).
		Open()
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	fmt.Println(session.Inputs()[0])
	fmt.Println(session.Outputs()[0])

	samples, err := digits.Samples()
	if err != nil {
		log.Fatal(err)
	}
	var pixels []float32
	for _, sample := range samples {
		pixels = append(pixels, sample.Image()...)
	}
	images, err := ortwrap.NewTensor(ortwrap.NewShape(10, 64), pixels)
	if err != nil {
		log.Fatal(err)
	}
	defer images.Destroy()
	outputs, err := session.Run(context.Background(), images)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	fmt.Println(outputs[0].GetShape())
	// Output:
	// image float32[batch, 64]
	// probabilities float32[batch, 10]
	// [10 10]
}

// Inputs and outputs by name.
func ExampleSession_RunNamed() {
	session, err := ortwrap.CreateSession(digits.Model())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	blank, err := ortwrap.NewEmptyTensor[float32](ortwrap.NewShape(1, 64))
	if err != nil {
		log.Fatal(err)
	}
	defer blank.Destroy()
	outputs, err := session.RunNamed(context.Background(), map[string]ortwrap.Value{"image": blank})
	if err != nil {
		log.Fatal(err)
	}
	defer outputs["probabilities"].Destroy()
	fmt.Println(outputs["probabilities"].GetShape())
	// Output: [1 10]
}

// A mistake is found before the model runs, and says what was expected.
func ExampleSession_Run() {
	session, err := ortwrap.CreateSession(digits.Model())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	small, err := ortwrap.NewEmptyTensor[float32](ortwrap.NewShape(1, 8, 8))
	if err != nil {
		log.Fatal(err)
	}
	defer small.Destroy()
	_, err = session.Run(context.Background(), small)
	var failure *ortwrap.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Op, failure.Model)
		fmt.Println(failure.Err)
	}
	// Output:
	// running model of 10044 bytes
	// input "image": wrong shape of input: expected image float32[batch, 64], got [1 8 8]
}

// What the program contains.
func ExampleBuildInfo() {
	build, err := ortwrap.BuildInfo()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(build.Version == ortwrap.Version(), len(build.Providers) > 0)
	// Output: true true
}
