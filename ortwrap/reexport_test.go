package ortwrap_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// leftOut are the names of onnxruntime_go that ortwrap does not have, or has with a meaning of its own, and why.
var leftOut = map[string]string{
	"DestroyEnvironment":    "Shutdown does it, and guards it",
	"InitializeEnvironment": "Initialize does it, and everything else when it is needed",
	"SetSharedLibraryPath":  "how the library gets into the program is a matter of linking",
	"EnvironmentOption":     "for InitializeEnvironment",
	"WithLogLevelVerbose":   "for InitializeEnvironment",
	"WithLogLevelInfo":      "for InitializeEnvironment",
	"WithLogLevelWarning":   "for InitializeEnvironment",
	"WithLogLevelError":     "for InitializeEnvironment",
	"WithLogLevelFatal":     "for InitializeEnvironment",

	"SetEnvironmentLogLevel": "the logger of ortwrap decides what is logged",
	"ExecutionMode":          "the builder has a type of its own; the constants are there",
	"Session":                "ortwrap's own; AdvancedSession does the same",
	"NewSession":             "ortwrap's own; NewAdvancedSession does the same",
	"NewSessionWithONNXData": "for the Session of onnxruntime_go",

	"GetInputOutputNames":            "training, which onnxruntime_go has given up",
	"IsTrainingSupported":            "training",
	"NewTrainingSession":             "training",
	"NewTrainingSessionWithOnnxData": "training",
	"TrainingAPIRemovedError":        "training",
	"TrainingInputOutputNames":       "training",
	"TrainingSession":                "training",
}

// exported are the exported names of a package at its top level.
func exported(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	add := func(list ...*ast.Ident) {
		for _, id := range list {
			if id.IsExported() {
				names[id.Name] = true
			}
		}
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, f.Name()), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					add(d.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						add(s.Name)
					case *ast.ValueSpec:
						add(s.Names...)
					}
				}
			}
		}
	}
	return names
}

func TestEverythingOfOnnxruntimeGoIsHere(t *testing.T) {
	t.Parallel()
	theirs, ours := exported(t, moduleDir(t)), exported(t, ".")
	require.Greater(t, len(theirs), 100)
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		require.True(t, ours[name] || leftOut[name] != "",
			"onnxruntime_go exports %s: export it too, or say in leftOut why not", name)
	}
	for name := range leftOut {
		require.True(t, theirs[name], "onnxruntime_go does not export %s any more: take it out of leftOut", name)
	}
}

func TestNamesOfOnnxruntimeGoMeanTheSame(t *testing.T) {
	t.Parallel()
	var session *ort.AdvancedSession = (*ortwrap.AdvancedSession)(nil)                             //nolint:staticcheck // the type is tested
	var dynamic *ort.DynamicSession[float32, int8] = (*ortwrap.DynamicSession[float32, int8])(nil) //nolint:staticcheck // likewise
	require.Nil(t, session)
	require.Nil(t, dynamic)
	require.EqualValues(t, ortwrap.BFloat16, ortwrap.TensorElementDataTypeBFloat16)
	require.EqualValues(t, ortwrap.Int16, ortwrap.GetTensorElementDataType[int16]())
	require.EqualValues(t, ortwrap.KindMap, ortwrap.ONNXTypeMap)
	require.Equal(t, ortwrap.Version(), ortwrap.GetVersion())
}

func TestAProgramForOnnxruntimeGoRuns(t *testing.T) {
	if instrumented {
		t.Skip("onnxruntime_go never frees its copy of a model's path, which the address sanitizer finds")
	}
	t.Parallel()
	path := upstream(t, "example ż 大 김.onnx")
	inputs, outputs, err := ortwrap.GetInputOutputInfo(path)
	require.NoError(t, err)
	require.True(t, ortwrap.IsInitialized())
	options, err := ortwrap.NewSessionOptions()
	require.NoError(t, err)
	defer func() { require.NoError(t, options.Destroy()) }()
	require.NoError(t, options.SetExecutionMode(ortwrap.ExecutionModeSequential))
	require.NoError(t, options.SetGraphOptimizationLevel(ortwrap.GraphOptimizationLevelEnableBasic))

	input := newTensor[int32](t, inputs[0].Dimensions, 12, 21)
	output, err := ortwrap.NewEmptyTensor[int32](ortwrap.NewShape(1))
	own(t, output, err)
	in, out := []string{inputs[0].Name}, []string{outputs[0].Name}
	session, err := ortwrap.NewAdvancedSession(path, in, out, []ortwrap.Value{input}, []ortwrap.Value{output}, options)
	require.NoError(t, err)
	defer func() { require.NoError(t, session.Destroy()) }()
	require.NoError(t, session.Run())
	require.Equal(t, []int32{33}, output.GetData())

	dynamic, err := ortwrap.NewDynamicSessionWithONNXData[int32, int32]([]byte(source(t, path)), in, out)
	require.NoError(t, err)
	defer func() { require.NoError(t, dynamic.Destroy()) }()
	output.ZeroContents()
	require.NoError(t, dynamic.Run([]*ortwrap.Tensor[int32]{input}, []*ortwrap.Tensor[int32]{output}))
	require.Equal(t, []int32{33}, output.GetData())

	_, _, err = ortwrap.GetInputOutputInfoWithONNXData([]byte("no model"))
	require.Error(t, err)
	metadata, err := ortwrap.GetModelMetadata(path)
	require.NoError(t, err)
	require.NoError(t, metadata.Destroy())
	zero, err := ortwrap.NewEmptyScalar[float64]()
	require.Zero(t, own(t, zero, err).GetData())
}
