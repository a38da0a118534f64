package imaging_test

import (
	"context"
	"fmt"
	"image"
	_ "image/png" // for imaging.Decode
	"log"
	"os"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
)

// A picture for a classifier that was trained on ImageNet.
func ExampleTensor() {
	file, err := os.Open("testdata/waves.png")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	img, err := imaging.Decode(file)
	if err != nil {
		log.Fatal(err)
	}
	input, err := imaging.Tensor(img, imaging.ImageNet())
	if err != nil {
		log.Fatal(err)
	}
	defer input.Destroy()
	fmt.Println(input.GetShape())
	// Output: [1 3 224 224]
}

// A model with an input of its own shape, float32[batch, 64], that wants ink as 1 and paper as 0.
func ExamplePixels() {
	samples, err := digits.Samples()
	if err != nil {
		log.Fatal(err)
	}
	scan := paper(samples[7], 10) // 80x80 pixels, black on white
	pixels, _, err := imaging.Pixels([]image.Image{scan}, imaging.Options{
		Width: 8, Height: 8, Order: imaging.Gray,
		Scale: -1. / 255, Mean: [3]float32{-1}, // 1 - v/255
	})
	if err != nil {
		log.Fatal(err)
	}
	input, err := ortwrap.NewTensor(ortwrap.NewShape(1, 64), pixels)
	if err != nil {
		log.Fatal(err)
	}
	defer input.Destroy()
	outputs, err := ortwrap.Infer(context.Background(), digits.Model(), input)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	probabilities := outputs[0].(*ortwrap.Tensor[float32]).GetData()
	fmt.Println("a seven:", probabilities[7] > 0.9)
	// Output: a seven: true
}
