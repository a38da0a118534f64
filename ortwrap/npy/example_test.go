package npy_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// A file that numpy.load reads, and back.
func ExampleWriteFile() {
	dir, err := os.MkdirTemp("", "npy")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "scores.npy")

	scores, err := ortwrap.NewTensor(ortwrap.NewShape(2, 2), []float32{0.1, 0.9, 0.8, 0.2})
	if err != nil {
		log.Fatal(err)
	}
	defer scores.Destroy()
	if err := npy.WriteFile(path, scores); err != nil {
		log.Fatal(err)
	}

	v, err := npy.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	defer v.Destroy()
	fmt.Println(v.GetShape(), v.(*ortwrap.Tensor[float32]).GetData())
	// Output: [2 2] [0.1 0.9 0.8 0.2]
}

// The arrays of numpy.savez, by name.
func ExampleReadArchive() {
	values, err := npy.ReadArchive("testdata/compressed.npz")
	if err != nil {
		log.Fatal(err)
	}
	for name, v := range values {
		defer v.Destroy()
		fmt.Println(name, v.GetShape())
	}
	// Unordered output:
	// scores [2 3]
	// deep/labels [2]
	// words [2]
}
