package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestInspectDescribesAModel(t *testing.T) {
	t.Parallel()
	want := `file         MODEL, 9.81 KiB
format       ONNX IR 8
opsets       ai.onnx 13
producer     onnxruntime-builder
description  Tells a handwritten digit from 8x8 pixels, each from 0 (paper) to 1 (ink).
graph        digits
nodes        4
parameters   2,410, 9.41 KiB
usable       yes, with ONNX Runtime VERSION

inputs
  image  float32  [batch, 64]

outputs
  probabilities  float32  [batch, 10]

operators
  Gemm     2
  Relu     1
  Softmax  1
`
	got := strings.ReplaceAll(good(t, "inspect", digits), digits, "MODEL")
	require.Equal(t, strings.ReplaceAll(want, "VERSION", ortwrap.Version()), got)
}

// described is the JSON of inspect as far as the tests look at it.
type described struct {
	Usable     bool
	Problem    string
	Unread     string
	Opsets     map[string]int64
	Nodes      int
	Parameters int64
	Operators  []struct {
		Name  string
		Count int64
	}
	External []struct {
		File    string
		Tensors int
		Bytes   int64
		Missing bool
	}
	Inputs, Outputs []struct {
		Name, Type string
		Shape      []any
	}
	Size       int64
	Path       string
	IR_Version int64

	Producer, Producer_Version, Domain, Description, Graph string
	Version, Functions, Parameter_Bytes                    int64
	Metadata                                               map[string]string
}

func TestInspectGivesJSON(t *testing.T) {
	t.Parallel()
	d := decode[described](t, good(t, "inspect", "--json", upstream(t, "sklearn_randomforest.onnx")))
	require.True(t, d.Usable)
	require.Equal(t, map[string]int64{"ai.onnx": 9, "ai.onnx.ml": 1}, d.Opsets)
	require.Equal(t, "ai.onnx.ml.TreeEnsembleClassifier", d.Operators[1].Name)
	require.Equal(t, []any{nil, 4.0}, d.Inputs[0].Shape)
	require.Equal(t, "sequence", d.Outputs[1].Type)

	d = decode[described](t, good(t, "inspect", "--json", digits))
	require.EqualValues(t, 2410, d.Parameters)
	require.Equal(t, []any{"batch", 64.0}, d.Inputs[0].Shape)
	require.Empty(t, d.External)
}

func TestInspectShowsOpenDimensionsAndMetadata(t *testing.T) {
	t.Parallel()
	out := good(t, "inspect", upstream(t, "example_dynamic_axes.onnx"))
	require.Contains(t, out, "[")
	out = good(t, "inspect", testModel("constant.onnx"))
	require.Contains(t, out, "\ninputs\n  none\n")
	require.Contains(t, out, "  answer  float32  []\n", "a scalar")
}

func TestInspectDescribesWhatORTCannotOpen(t *testing.T) {
	t.Parallel()
	out := good(t, "inspect", testModel("unknown.onnx"))
	require.Regexp(t, `(?m)^opsets +ai.onnx 17$`, out)
	require.Regexp(t, `(?m)^usable +no: .*Max`, out)
	require.Contains(t, out, "\noperators\n  Max  1\n")
	require.NotContains(t, out, "\ninputs")

	d := decode[described](t, good(t, "inspect", "--json", testModel("newer.onnx")))
	require.False(t, d.Usable)
	require.NotEmpty(t, d.Problem)
	require.NotEmpty(t, d.Opsets)
	require.Empty(t, d.Inputs)
}

func TestInspectFindsDataInOtherFiles(t *testing.T) {
	t.Parallel()
	out := good(t, "inspect", testModel("external.onnx"))
	require.Regexp(t, `\ndata in other files\n  external.bin +\d+ tensors +\d+ bytes +there\n`, out)

	data, err := os.ReadFile(testModel("external.onnx"))
	require.NoError(t, err)
	lonely := filepath.Join(t.TempDir(), "lonely.onnx")
	require.NoError(t, os.WriteFile(lonely, data, 0o600))
	out = good(t, "inspect", lonely)
	require.Regexp(t, `(?m)^usable +no: `, out)
	require.Regexp(t, `external.bin .* missing\n`, out)
}

func TestInspectShowsNoShapeWhereThereIsNone(t *testing.T) {
	t.Parallel()
	out := good(t, "inspect", upstream(t, "sklearn_randomforest.onnx"))
	require.Contains(t, out, "output_probability  sequence\n")
	require.Contains(t, out, "parameters  0\n")
}
