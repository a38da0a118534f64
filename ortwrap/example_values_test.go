package ortwrap_test

import (
	"context"
	"fmt"
	"log"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// A tensor from a Go slice, which it uses as its memory.
func ExampleTensorOf() {
	pixels := []float32{1, 2, 3, 4, 5, 6}
	image, err := ortwrap.TensorOf(pixels, 2, 3)
	if err != nil {
		log.Fatal(err)
	}
	defer image.Destroy()
	fmt.Println(image.GetShape(), ortwrap.ElementType(image.DataType()))

	pixels[5] = 7
	same, err := ortwrap.Elements[float32](image)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(same)

	_, err = ortwrap.TensorOf(pixels, 2, 2)
	fmt.Println(err)
	// Output:
	// [2 3] float32
	// [1 2 3 4 5 7]
	// making a tensor: unusable value: expected 4 elements for shape [2 2], got 6
}

// Numbers of 16 bits in and out of a model.
func ExampleF16s() {
	input, err := ortwrap.TensorOf(ortwrap.F16s([]float32{1, -2.5, 1.0 / 3}))
	if err != nil {
		log.Fatal(err)
	}
	defer input.Destroy()
	outputs, err := ortwrap.Infer(context.Background(), "testdata/half.onnx", input)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	halves, err := ortwrap.Elements[ortwrap.F16](outputs[0])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ortwrap.Float32s(halves))
	// Output: [1 -2.5 0.33325195]
}

// Elements of a tensor by their indices.
func ExampleArray() {
	tensor, err := ortwrap.TensorOf([]int64{0, 1, 2, 10, 11, 12}, 2, 3)
	if err != nil {
		log.Fatal(err)
	}
	defer tensor.Destroy()
	a, err := ortwrap.ArrayOf[int64](tensor)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.At(1, 2))
	a.Set(-1, 0, 0)
	for i := range int(a.Shape[0]) {
		fmt.Println(a.Sub(i).Data)
	}
	// Output:
	// 12
	// [-1 1 2]
	// [10 11 12]
}

// A classifier of scikit-learn gives a map from class to probability for each row.
func ExampleMapOf() {
	module, err := findModule() // onnxruntime_go comes with such a model
	if err != nil {
		log.Fatal(err)
	}
	flowers, err := ortwrap.TensorOf([]float32{5.9, 3.0, 5.1, 1.8, 5.1, 3.5, 1.4, 0.2}, 2, 4)
	if err != nil {
		log.Fatal(err)
	}
	defer flowers.Destroy()
	outputs, err := ortwrap.Infer(context.Background(),
		filepath.Join(module, "test_data", "sklearn_randomforest.onnx"), flowers)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	defer outputs[1].Destroy()
	rows, err := ortwrap.Items(outputs[1])
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range rows {
		probabilities, err := ortwrap.MapOf[int64, float32](row)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.2f %.2f %.2f\n", probabilities[0], probabilities[1], probabilities[2])
	}
	// Output:
	// 0.00 0.13 0.87
	// 1.00 0.00 0.00
}

// Strings in and out of a model.
func ExampleElements() {
	words, err := ortwrap.TensorOf([]string{"one", "größer"})
	if err != nil {
		log.Fatal(err)
	}
	defer words.Destroy()
	outputs, err := ortwrap.Infer(context.Background(), "testdata/words.onnx", words)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	got, err := ortwrap.Elements[string](outputs[0])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", got)

	_, err = ortwrap.Elements[float32](outputs[0])
	fmt.Println(err)
	// Output:
	// ["one" "größer"]
	// reading elements: wrong type of value: expected elements of type float32, got string
}

// A scalar is a tensor without dimensions; a tensor of one element is a vector.
func ExampleScalarOf() {
	scalar, err := ortwrap.ScalarOf("text")
	if err != nil {
		log.Fatal(err)
	}
	defer scalar.Destroy()
	vector, err := ortwrap.TensorOf([]string{"text"})
	if err != nil {
		log.Fatal(err)
	}
	defer vector.Destroy()
	fmt.Println(len(scalar.GetShape()), len(vector.GetShape()))
	// Output: 0 1
}

// A list of vectors of different lengths as one value.
func ExampleSequenceOf() {
	parts, err := ortwrap.SequenceOf([]float32{1, 2}, []float32{3})
	if err != nil {
		log.Fatal(err)
	}
	defer parts.Destroy()
	outputs, err := ortwrap.Infer(context.Background(), "testdata/join.onnx", parts)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	fmt.Println(outputs[0].(*ortwrap.Tensor[float32]).GetData())
	// Output: [1 2 3]
}

// A value with elements of a type that Go lacks, from its bytes and back.
func ExampleNewNative() {
	one, err := ortwrap.NewNative(ortwrap.BFloat16, ortwrap.NewShape(), []byte{0x80, 0x3f})
	if err != nil {
		log.Fatal(err)
	}
	defer one.Destroy()
	numbers, err := ortwrap.Elements[ortwrap.BF16](one)
	if err != nil {
		log.Fatal(err)
	}
	bytes, err := ortwrap.Bytes(one)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v %v %d\n", one.GetShape(), numbers[0].Float32(), bytes)
	// Output: [] 1 [128 63]
}

// The tensors in a sequence belong to it.
func ExampleItems() {
	sequence, err := ortwrap.SequenceOf([]int64{1, 2, 3}, []int64{4})
	if err != nil {
		log.Fatal(err)
	}
	defer sequence.Destroy()
	items, err := ortwrap.Items(sequence)
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range items {
		list, err := ortwrap.Elements[int64](item)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(list)
	}
	// Output:
	// [1 2 3]
	// [4]
}

// A map for a model that takes one, such as a DictVectorizer of scikit-learn.
func ExampleNewMapFromGoMap() {
	weights, err := ortwrap.NewMapFromGoMap(map[string]float32{"b": 2, "a": 1})
	if err != nil {
		log.Fatal(err)
	}
	defer weights.Destroy()
	back, err := ortwrap.MapOf[string, float32](weights)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(back)
	_, err = ortwrap.MapOf[int64, float32](weights)
	fmt.Println(err)
	// Output:
	// map[a:1 b:2]
	// reading a map: keys: reading elements: wrong type of value: expected elements of type int64, got string
}
