package ortwrap_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// Errors are told apart with errors.Is. Their text says what to do.
func Example_errors() {
	for _, model := range [][]byte{digits.Model()[:1000], []byte("\x1f\x8b\x08")} {
		_, err := ortwrap.CreateSession(model)
		var failure *ortwrap.Error
		switch {
		case errors.Is(err, ortwrap.ErrModelFormat) && errors.As(err, &failure):
			_, why, _ := strings.Cut(failure.Err.Error(), ": ")
			fmt.Println(why)
		case errors.Is(err, ortwrap.ErrOpset):
			fmt.Println("a newer ONNX Runtime is needed:", err)
		case errors.Is(err, ortwrap.ErrExternalData), errors.Is(err, fs.ErrNotExist):
			fmt.Println("a file is missing:", err)
		}
	}
	// Output:
	// it ends inside the graph: 1,000 bytes of at least 10,038: copy or download it again (invalid protobuf)
	// it is compressed with gzip: unpack it (invalid protobuf)
}

// What failed, on which model, and ORT's own code, if ORT found it.
func ExampleError() {
	_, err := ortwrap.CreateSession("testdata/foreign.onnx")
	var failure *ortwrap.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Op, failure.Model)
	}
	var code ortwrap.Code
	if errors.As(err, &code) {
		fmt.Println(code == ortwrap.CodeFail, errors.Is(err, ortwrap.ErrOperator))
	}
	// Output:
	// opening testdata/foreign.onnx
	// true true
}

// Wrong inputs are found before the model runs.
func ExampleError_inputs() {
	session, err := ortwrap.CreateSession(digits.Model())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	image, err := ortwrap.NewTensor(ortwrap.NewShape(1, 64), make([]float64, 64))
	if err != nil {
		log.Fatal(err)
	}
	defer image.Destroy()
	_, err = session.Run(context.Background(), image)
	fmt.Println(errors.Is(err, ortwrap.ErrInputType), errors.Is(err, ortwrap.ErrInputShape))
	// Output: true false
}

// Where a model comes from.
func ExampleSession_Metadata() {
	session, err := ortwrap.CreateSession("testdata/described.onnx")
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	metadata, err := session.Metadata()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(metadata.Producer, metadata.Version)
	fmt.Println(metadata.Custom["author"])
	// Output:
	// models.py 3
	// nobody
}

// Which operators a model may use.
func ExampleSession_Opsets() {
	session, err := ortwrap.CreateSession("testdata/described.onnx")
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	fmt.Println(session.Opsets())
	// Output: map[ai.onnx:17]
}
