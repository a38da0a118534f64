package npy

import (
	"errors"
	"fmt"
	"io"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/wholefile"
)

// descrs are NumPy's names for the element types of ONNX Runtime that it has.
var descrs = map[ortwrap.ElementType]string{
	ortwrap.Bool: "b1", ortwrap.Int8: "i1", ortwrap.Uint8: "u1", ortwrap.Int16: "i2", ortwrap.Uint16: "u2",
	ortwrap.Int32: "i4", ortwrap.Uint32: "u4", ortwrap.Int64: "i8", ortwrap.Uint64: "u8", ortwrap.Float16: "f2",
	ortwrap.Float32: "f4", ortwrap.Float64: "f8",
}

// Write writes one array, in format version 1.0 and row-major order. The error is [ErrUnsupported] for sequences, maps
// and types that NumPy lacks, [ortwrap.ErrInvalidValue] for a value that is nil or has been destroyed, or the writer's
// own.
func Write(w io.Writer, v ortwrap.Value) error {
	h, data, err := contents(v)
	if err != nil {
		return err
	}
	if _, err := w.Write(h.bytes()); err != nil {
		return fmt.Errorf("writing the header: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("writing the data: %w", err)
	}
	return nil
}

// WriteFile writes a .npy file. It has its name only when it is whole: where something fails, a file that was there
// before is still there. A file that is replaced leaves its permissions to the new one. What a symbolic link leads to is
// replaced, not the link; pipes and devices are written to. The error is one of those of [Write] or of the file system.
func WriteFile(path string, v ortwrap.Value) error {
	return wholefile.Write(path, func(w io.Writer) error { return Write(w, v) })
}

// contents are the header for a value, and its elements.
func contents(v ortwrap.Value) (header, []byte, error) {
	data, err := ortwrap.Bytes(v)
	if errors.Is(err, ortwrap.ErrInvalidValue) { // nil or destroyed: do not ask it anything
		return header{}, nil, err
	}
	if kind := ortwrap.Kind(v.GetONNXType()); kind != ortwrap.KindTensor {
		return header{}, nil, fmt.Errorf("%w: expected a tensor, got a %s: write its items one by one",
			ErrUnsupported, kind)
	}
	h := header{shape: v.GetShape()}
	if _, err := h.count(); err != nil {
		return h, nil, fmt.Errorf("%w: NumPy has no such arrays: %w", ErrUnsupported, err)
	}
	element := ortwrap.ElementType(v.DataType())
	if element == ortwrap.String {
		h.descr, data, err = textContents(v)
		return h, data, err
	}
	kind := descrs[element]
	if kind == "" {
		return h, nil, fmt.Errorf("%w: NumPy has no type for elements of type %s: convert them to float32 or int8",
			ErrUnsupported, element)
	}
	order := hostOrder
	if kind[1] == '1' {
		order = '|'
	}
	h.descr = string(order) + kind
	return h, data, err
}

func textContents(v ortwrap.Value) (descr string, data []byte, err error) {
	list, err := ortwrap.Elements[string](v)
	if err != nil {
		return "", nil, err
	}
	points, length, err := encodePoints(list)
	return fmt.Sprintf("%cU%d", hostOrder, length), view(points), err
}
