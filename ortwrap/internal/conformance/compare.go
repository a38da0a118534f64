package conformance

import (
	"errors"
	"fmt"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// Floating-point numbers may differ by absolute + relative * |expected|, as in ONNX's own runner. All others must be
// equal.
const (
	relative = 1e-3
	absolute = 1e-7
)

// looser has the cases with another absolute tolerance: Fourier transforms, whose zeros are sums of large float32
// numbers that cancel out. ORT's own run of these tests allows the same.
var looser = map[string]float64{
	"test_dft":                 1e-3,
	"test_dft_axis":            1e-3,
	"test_dft_inverse":         1e-3,
	"test_dft_opset19":         1e-3,
	"test_dft_axis_opset19":    1e-3,
	"test_dft_inverse_opset19": 1e-3,
	"test_stft":                1e-4,
	"test_stft_with_window":    1e-4,
}

// tolerance is the absolute tolerance of a case.
func tolerance(name string) float64 {
	if t, ok := looser[name]; ok {
		return t
	}
	return absolute
}

// compare returns an error that says where two values differ first.
func compare(got, want onnxpb.Value, absolute float64) error {
	switch {
	case got.Tensor != nil && want.Tensor != nil:
		return compareTensors(*got.Tensor, *want.Tensor, absolute)
	case got.Sequence != nil && want.Sequence != nil:
		return compareSequences(*got.Sequence, *want.Sequence, absolute)
	case got != want: // both are zero otherwise
		return fmt.Errorf("expected %s, got %s", kind(want), kind(got))
	}
	return nil
}

func kind(v onnxpb.Value) string {
	switch {
	case v.Tensor != nil:
		return "a tensor"
	case v.Sequence != nil:
		return "a sequence"
	default:
		return "nothing"
	}
}

func compareSequences(got, want onnxpb.Sequence, absolute float64) error {
	if len(got.Items) != len(want.Items) {
		return fmt.Errorf("expected %d items, got %d", len(want.Items), len(got.Items))
	}
	for i := range got.Items {
		if err := compare(got.Items[i], want.Items[i], absolute); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	return nil
}

func compareTensors(got, want onnxpb.Tensor, absolute float64) error {
	if got.Element != want.Element {
		return fmt.Errorf("expected elements of type %s, got %s",
			ortwrap.ElementType(want.Element), ortwrap.ElementType(got.Element))
	}
	if !slices.Equal(got.Dims, want.Dims) {
		return fmt.Errorf("expected shape %v, got %v", want.Dims, got.Dims)
	}
	if want.Len() == 0 {
		return nil
	}
	if want.Element == onnxpb.String {
		if !slices.Equal(got.Strings, want.Strings) {
			return fmt.Errorf("expected %q, got %q", want.Strings, got.Strings)
		}
		return nil
	}
	if floats := want.Floats(); floats != nil {
		return compareFloats(got.Floats(), floats, absolute)
	}
	if !slices.Equal(got.Data, want.Data) {
		return errors.New(differences(got, want))
	}
	return nil
}

func compareFloats(got, want []float64, absolute float64) error {
	d := ortwrap.Tolerance{Absolute: absolute, Relative: relative}.Compare(got, want)
	if d.Wrong > 0 {
		return errors.New(d.String())
	}
	return nil
}

// differences describes elements that are not floats, by their bytes.
func differences(got, want onnxpb.Tensor) string {
	size := max(1, len(want.Data)/int(want.Len()))
	wrong, first := 0, 0
	for i := 0; i+size <= len(want.Data); i += size {
		if !slices.Equal(got.Data[i:i+size], want.Data[i:i+size]) {
			if wrong == 0 {
				first = i
			}
			wrong++
		}
	}
	return fmt.Sprintf("%d of %d elements differ, the first at %d: expected bytes % x, got % x",
		wrong, want.Len(), first/size, want.Data[first:first+size], got.Data[first:first+size])
}
