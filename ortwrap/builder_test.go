package ortwrap_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestMistakesOfABuilderAreReturnedByOpen(t *testing.T) {
	t.Parallel()
	model := read(t, "constant.onnx")
	start := ortwrap.NewSession()
	cases := []struct {
		name    string
		builder ortwrap.SessionBuilder
		want    error
		text    string
	}{
		{"no model", start, ortwrap.ErrNoModel, "use FromFile or FromMemory"},
		{"zero builder", ortwrap.SessionBuilder{}, ortwrap.ErrNoModel, "use FromFile or FromMemory"},
		{"empty path", start.FromFile(""), ortwrap.ErrNoModel, "the path is empty"},
		{"no bytes", start.FromMemory(nil), ortwrap.ErrNoModel, "the model has no bytes"},
		{"threads", start.FromMemory(model).WithThreads(-1), ortwrap.ErrOption, "-1 threads"},
		{"optimization", start.FromMemory(model).WithOptimization(7), ortwrap.ErrOption, "optimization level 7"},
		{"provider", start.FromMemory(model).WithProvider(nil), ortwrap.ErrOption, "the provider is nil"},
		{"first mistake", start.WithThreads(-2).FromFile("").FromMemory(model), ortwrap.ErrOption, "-2 threads"},
		{"missing file", start.FromFile("no/such.onnx"), ortwrap.CodeNoSuchFile, `opening "no/such.onnx": no such file`},
		{"not a model", start.FromMemory([]byte("text")), ortwrap.CodeInvalidProtobuf, `opening "model of 4 bytes"`},
		{"truncated", start.FromMemory(model[:len(model)/2]), ortwrap.CodeInvalidProtobuf, "invalid protobuf"},
		{"unknown kernel", start.FromMemory(read(t, "unknown.onnx")), ortwrap.CodeNotImplemented, "not implemented"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			session, err := c.builder.Open()
			require.Nil(t, session)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.text)
			var failure *ortwrap.Error
			require.ErrorAs(t, err, &failure)
			require.Equal(t, "opening", failure.Op)
		})
	}
}

func TestAMissingModelIsAMissingFile(t *testing.T) {
	t.Parallel()
	_, err := ortwrap.CreateSession("no/such.onnx")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestABuilderIsReusableAndItsCopiesAreIndependent(t *testing.T) {
	t.Parallel()
	base := ortwrap.NewSession().WithThreads(1).WithOptimization(ortwrap.OptimizeBasic).WithProvider(ortwrap.CPU{})
	good := base.FromFile(filepath.Join("testdata", "constant.onnx"))
	bad := base.WithThreads(-1).FromFile(filepath.Join("testdata", "constant.onnx"))
	for range 2 {
		session, err := good.Open()
		require.NoError(t, err)
		require.NoError(t, session.Close())
		_, err = bad.Open()
		require.ErrorIs(t, err, ortwrap.ErrOption)
	}
}

func TestEveryOptimizationLevelGivesTheSameResult(t *testing.T) {
	t.Parallel()
	for _, level := range []ortwrap.Optimization{
		ortwrap.OptimizeNone, ortwrap.OptimizeBasic, ortwrap.OptimizeExtended, ortwrap.OptimizeAll,
	} {
		session, err := ortwrap.NewSession().FromMemory(read(t, "count.onnx")).WithOptimization(level).Open()
		require.NoError(t, err)
		got := runOne(t, session, newTensor(t, ortwrap.NewShape(1), int64(5)))
		require.Equal(t, []float32{5}, got.(*ortwrap.Tensor[float32]).GetData())
		require.NoError(t, session.Close())
	}
}

func TestAModelWithAnOddPathOpens(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a model, 模型 @1 = $x.onnx")
	require.NoError(t, os.WriteFile(path, read(t, "constant.onnx"), 0o600))
	require.Equal(t, path, openPath(t, path).Model())
}
