package ortwrap_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

func ExampleReport() {
	scores, err := ortwrap.NewTensor(ortwrap.NewShape(2, 2), []float32{1, 2, 3, 6})
	if err != nil {
		log.Fatal(err)
	}
	defer scores.Destroy()
	fmt.Println(ortwrap.Validate(map[string]ortwrap.Value{"scores": scores, "boxes": nil}))
	// Output:
	// output  type     shape  count  zeros  non-finite  min  max  mean  deviation
	// boxes   none     []     0      -      -           -    -    -     -
	// scores  float32  [2 2]  4      0      0           1    6    3     1.87
	// "boxes": it has no content
	// not valid: 1 problem in 2 tensors
}

func ExampleTopK() {
	scores, err := ortwrap.NewTensor(ortwrap.NewShape(2, 3), []float32{0.1, 0.7, 0.2, 0.5, 0.1, 0.4})
	if err != nil {
		log.Fatal(err)
	}
	defer scores.Destroy()
	top, err := ortwrap.TopK(scores, 2)
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range top {
		fmt.Printf("class %d with %.1f, then %d\n", row[0].Index, row[0].Value, row[1].Index)
	}
	// Output:
	// class 1 with 0.7, then 2
	// class 0 with 0.5, then 2
}

func ExampleSoftmax() {
	fmt.Printf("%.3f\n", ortwrap.Softmax([]float32{1000, 1001, 1002}))
	// Output: [0.090 0.245 0.665]
}

func ExampleFloat64s() {
	mask, err := ortwrap.NewTensor(ortwrap.NewShape(3), []bool{true, false, true})
	if err != nil {
		log.Fatal(err)
	}
	defer mask.Destroy()
	list, err := ortwrap.Float64s(mask)
	fmt.Println(list, err)
	// Output: [1 0 1] <nil>
}

func ExampleCompare() {
	got, err := ortwrap.NewTensor(ortwrap.NewShape(3), []float32{1, 2.25, 3})
	if err != nil {
		log.Fatal(err)
	}
	defer got.Destroy()
	want, err := ortwrap.NewTensor(ortwrap.NewShape(3), []float32{1, 2, 3})
	if err != nil {
		log.Fatal(err)
	}
	defer want.Destroy()
	_, err = ortwrap.Compare(got, want, ortwrap.Tolerance{Absolute: 1e-6, Relative: 1e-3})
	fmt.Println(errors.Is(err, ortwrap.ErrDifferent))
	difference, err := ortwrap.Compare(got, want, ortwrap.Tolerance{Absolute: 0.5})
	fmt.Println(difference, err)
	// Output:
	// true
	// all 3 elements agree; largest difference 0.25 at 1, relative 0.125 at 1 <nil>
}

func ExamplePrepareInputs() {
	session, err := ortwrap.CreateSession(digits.Model())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	inputs, err := ortwrap.PrepareInputs(session, ortwrap.PrepareOptions{Batch: 4, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer inputs["image"].Destroy()
	list, err := ortwrap.Float64s(inputs["image"])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v %.4f\n", inputs["image"].GetShape(), list[:3])
	// Output: [4 64] [0.1965 -0.8218 0.4307]
}

func ExampleRunRandom() {
	session, err := ortwrap.CreateSession(digits.Model())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	outputs, err := ortwrap.RunRandom(context.Background(), session, ortwrap.PrepareOptions{Batch: 4})
	if err != nil {
		log.Fatal(err)
	}
	defer outputs["probabilities"].Destroy()
	fmt.Println(outputs["probabilities"].GetShape(), ortwrap.Validate(outputs).Err())
	// Output: [4 10] <nil>
}

// What comes after a softmax sums to 1.
func ExampleCheckProbabilities() {
	scores, err := ortwrap.TensorOf(ortwrap.Softmax([]float32{1, 2, 3}), 1, 3)
	if err != nil {
		log.Fatal(err)
	}
	defer scores.Destroy()
	fmt.Println(ortwrap.CheckProbabilities(scores, 1e-5))

	logits, err := ortwrap.TensorOf([]float32{0.5, 0.75}, 1, 2)
	if err != nil {
		log.Fatal(err)
	}
	defer logits.Destroy()
	fmt.Println(ortwrap.CheckProbabilities(logits, 1e-5))
	// Output:
	// <nil>
	// the outputs are not valid: row 0: the probabilities sum to 1.25, not to 1 within 1e-05
}
