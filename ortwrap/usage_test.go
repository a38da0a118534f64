package ortwrap_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"sync"

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

// The same with a model that is part of the program.
func ExampleInfer_bytes() {
	blank, err := ortwrap.NewEmptyTensor[float32](ortwrap.NewShape(1, 64))
	if err != nil {
		log.Fatal(err)
	}
	defer blank.Destroy()

	outputs, err := ortwrap.Infer(context.Background(), digits.Model(), blank)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	fmt.Println(outputs[0].GetShape())
	// Output: [1 10]
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

// One session serves any number of goroutines.
func ExampleSession_Run_goroutines() {
	session, err := ortwrap.CreateSession(digits.Model())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	samples, err := digits.Samples()
	if err != nil {
		log.Fatal(err)
	}

	var found [10]int
	var all sync.WaitGroup
	for i, sample := range samples {
		all.Go(func() {
			image, err := ortwrap.NewTensor(ortwrap.NewShape(1, 64), sample.Image())
			if err != nil {
				log.Fatal(err)
			}
			defer image.Destroy()
			outputs, err := session.Run(context.Background(), image)
			if err != nil {
				log.Fatal(err)
			}
			defer outputs[0].Destroy()
			top, err := ortwrap.TopK(outputs[0], 1)
			if err != nil {
				log.Fatal(err)
			}
			found[i] = top[0][0].Index
		})
	}
	all.Wait()
	fmt.Println(found)
	// Output: [0 1 2 3 4 5 6 7 8 9]
}

// Outputs have the Go type of their elements; a switch tells which.
func ExampleSession_Run_outputs() {
	outputs, err := ortwrap.Infer(context.Background(), "testdata/constant.onnx")
	if err != nil {
		log.Fatal(err)
	}
	for _, output := range outputs {
		defer output.Destroy()
		switch v := output.(type) {
		case *ortwrap.Scalar[float32]:
			fmt.Println("a number:", v.GetData())
		case *ortwrap.Tensor[float32]:
			fmt.Println("numbers:", v.GetShape(), v.GetData())
		case *ortwrap.StringTensor:
			words, err := v.GetContents()
			if err != nil {
				log.Fatal(err)
			}
			fmt.Printf("words: %q\n", words)
		}
	}
	// Output: a number: 42
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

// What went wrong can be asked for.
func ExampleCreateSession_errors() {
	_, err := ortwrap.CreateSession("no/such/model.onnx")
	fmt.Println(errors.Is(err, fs.ErrNotExist))

	_, err = ortwrap.CreateSession([]byte("this is not a model"))
	fmt.Println(errors.Is(err, ortwrap.CodeInvalidProtobuf))

	_, err = ortwrap.Infer(context.Background(), digits.Model())
	fmt.Println(errors.Is(err, ortwrap.ErrInputCount))
	// Output:
	// true
	// true
	// true
}

// Look at the outputs before using them.
func ExampleValidate() {
	session, err := ortwrap.CreateSession(digits.Model())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	samples, err := digits.Samples()
	if err != nil {
		log.Fatal(err)
	}
	image, err := ortwrap.NewTensor(ortwrap.NewShape(1, 64), samples[3].Image())
	if err != nil {
		log.Fatal(err)
	}
	defer image.Destroy()
	outputs, err := session.RunNamed(context.Background(), map[string]ortwrap.Value{"image": image})
	if err != nil {
		log.Fatal(err)
	}
	defer outputs["probabilities"].Destroy()

	report := ortwrap.Validate(outputs)
	if err := report.Err(); err != nil {
		log.Fatal(err)
	}
	if err := ortwrap.CheckProbabilities(outputs["probabilities"], 1e-5); err != nil {
		log.Fatal(err)
	}
	top, err := ortwrap.TopK(outputs["probabilities"], 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("largest element %.3f in %d\n", report.Outputs[0].Max, report.Outputs[0].Count)
	for _, score := range top[0] {
		fmt.Printf("%d: %.3f\n", score.Index, score.Value)
	}
	// Output:
	// largest element 0.984 in 10
	// 3: 0.984
	// 8: 0.006
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
