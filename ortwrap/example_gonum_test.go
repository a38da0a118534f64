package ortwrap_test

import (
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// A matrix of gonum as a tensor and back, both without a copy: gonum too has its elements in row-major order. A part of
// a larger matrix (Slice) has gaps between its rows; mat.DenseCopyOf closes them.
func Example_gonum() {
	matrix := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})

	raw := matrix.RawMatrix()
	if raw.Stride != raw.Cols {
		log.Fatal("the matrix is part of a larger one: use mat.DenseCopyOf")
	}
	tensor, err := ortwrap.NewTensor(ortwrap.NewShape(int64(raw.Rows), int64(raw.Cols)), raw.Data)
	if err != nil {
		log.Fatal(err)
	}
	defer tensor.Destroy()
	matrix.Set(0, 0, 10)
	fmt.Println(tensor.GetShape(), tensor.GetData())

	shape := tensor.GetShape()
	back := mat.NewDense(int(shape[0]), int(shape[1]), tensor.GetData())
	fmt.Println(mat.Sum(back))
	// Output:
	// [2 3] [10 2 3 4 5 6]
	// 30
}
