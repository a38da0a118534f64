package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestABoundOptionalInputMayBeNil(t *testing.T) {
	t.Parallel()
	session := open(t, "present.onnx")
	in, out := session.Inputs()[0].Name, session.Outputs()[0].Name
	present, err := ortwrap.NewScalar(true)
	own(t, present, err)
	require.NoError(t, bind(t, session, named{in: nil}, named{out: present}).Run(t.Context()))
	require.False(t, present.GetData())
	content := newTensor(t, ortwrap.NewShape(1), float32(1))
	require.NoError(t, bind(t, session, named{in: content}, named{out: present}).Run(t.Context()))
	require.True(t, present.GetData())
}
