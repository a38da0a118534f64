package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestAModelSaysWhereItComesFrom(t *testing.T) {
	t.Parallel()
	got, err := open(t, "described.onnx").Metadata()
	require.NoError(t, err)
	require.Equal(t, ortwrap.Metadata{
		Producer:         "models.py",
		Graph:            "described",
		Domain:           "org.example",
		Description:      "gives back what it gets",
		GraphDescription: "one operator",
		Version:          3,
		Custom:           map[string]string{"author": "nobody", "empty": ""},
	}, got)
}

// What a model does not say is empty, and not ORT's stand-in for it.
func TestAModelMaySayNothing(t *testing.T) {
	t.Parallel()
	got, err := open(t, "constant.onnx").Metadata()
	require.NoError(t, err)
	require.Equal(t, ortwrap.Metadata{Graph: "constant"}, got)
}

func TestOpsetsAreThoseOfTheModel(t *testing.T) {
	t.Parallel()
	want := map[string]int64{"ai.onnx": 17}
	session := open(t, "half.onnx")
	require.Equal(t, want, session.Opsets())
	session.Opsets()["ai.onnx"] = 0
	require.Equal(t, want, session.Opsets())

	closed, err := ortwrap.CreateSession(read(t, "half.onnx"))
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	require.Equal(t, want, closed.Opsets())
}

func TestModelsOfOtherDomainsNameTheirOpsets(t *testing.T) {
	t.Parallel()
	opsets := openPath(t, upstream(t, "sklearn_randomforest.onnx")).Opsets()
	require.Contains(t, opsets, "ai.onnx.ml")
}
