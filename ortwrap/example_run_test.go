package ortwrap_test

import (
	"context"
	"fmt"
	"log"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// One image and one list of probabilities, used again for each digit.
func ExampleSession_Bind() {
	session, err := ortwrap.CreateSession(digits.Model())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	image, err := ortwrap.NewEmptyTensor[float32](ortwrap.NewShape(1, 64))
	if err != nil {
		log.Fatal(err)
	}
	defer image.Destroy()
	probabilities, err := ortwrap.NewEmptyTensor[float32](ortwrap.NewShape(1, 10))
	if err != nil {
		log.Fatal(err)
	}
	defer probabilities.Destroy()

	binding, err := session.Bind(
		map[string]ortwrap.Value{"image": image},
		map[string]ortwrap.Value{"probabilities": probabilities},
	)
	if err != nil {
		log.Fatal(err)
	}
	defer binding.Close()
	samples, err := digits.Samples()
	if err != nil {
		log.Fatal(err)
	}
	for _, sample := range samples[:3] {
		copy(image.GetData(), sample.Image())
		if err := binding.Run(context.Background()); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d with probability %.2f\n", sample.Digit, probabilities.GetData()[sample.Digit])
	}
	// Output:
	// 0 with probability 0.99
	// 1 with probability 0.85
	// 2 with probability 0.98
}

// Outputs whose shape is known only after the run.
func ExampleBinding_Outputs() {
	session, err := ortwrap.CreateSession("testdata/nonzero.onnx")
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	x, err := ortwrap.NewTensor(ortwrap.NewShape(4), []float32{5, 0, 0, 7})
	if err != nil {
		log.Fatal(err)
	}
	defer x.Destroy()
	binding, err := session.Bind(map[string]ortwrap.Value{"x": x}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer binding.Close()

	if err := binding.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	outputs, err := binding.Outputs()
	if err != nil {
		log.Fatal(err)
	}
	defer outputs["at"].Destroy()
	fmt.Println(outputs["at"].(*ortwrap.Tensor[int64]).GetData())
	// Output: [0 3]
}
