package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// A zero session is like a closed one: nothing that it is asked for crashes.
func TestAZeroSessionIsClosed(t *testing.T) {
	t.Parallel()
	var s ortwrap.Session
	_, err := s.Run(t.Context())
	require.ErrorIs(t, err, ortwrap.ErrClosed)
	_, err = s.RunNamed(t.Context(), nil)
	require.ErrorIs(t, err, ortwrap.ErrClosed)
	_, err = s.Bind(nil, nil)
	require.ErrorIs(t, err, ortwrap.ErrClosed)
	_, err = s.Metadata()
	require.ErrorIs(t, err, ortwrap.ErrClosed)
	_, err = s.EndProfiling()
	require.ErrorIs(t, err, ortwrap.ErrClosed)
	_, err = ortwrap.RunRandom(t.Context(), &s, ortwrap.PrepareOptions{})
	require.ErrorIs(t, err, ortwrap.ErrClosed)
	require.Empty(t, s.Inputs())
	require.Empty(t, s.Outputs())
	require.Empty(t, s.Opsets())
	require.Empty(t, s.Providers())
	require.NoError(t, s.Fallback())
	require.Empty(t, s.Model())
	require.NoError(t, s.Close())
}

func TestAZeroBindingIsClosed(t *testing.T) {
	t.Parallel()
	var b ortwrap.Binding
	require.ErrorIs(t, b.Run(t.Context()), ortwrap.ErrClosed)
	_, err := b.Outputs()
	require.ErrorIs(t, err, ortwrap.ErrClosed)
	require.NoError(t, b.Close())
}

func TestZeroValuesOfORTAreDestroyed(t *testing.T) {
	t.Parallel()
	for _, v := range []ortwrap.Value{
		new(ortwrap.Native), new(ortwrap.Tensor[float32]), new(ortwrap.Scalar[float32]), new(ortwrap.StringTensor),
		new(ortwrap.CustomDataTensor), new(ortwrap.Sequence), new(ortwrap.Map),
	} {
		_, err := ortwrap.Float64s(v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%T", v)
		_, err = ortwrap.Elements[float32](v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%T", v)
		_, err = ortwrap.Bytes(v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%T", v)
		_, err = ortwrap.Items(v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%T", v)
		_, err = ortwrap.MapOf[string, float32](v)
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%T", v)
		_, err = ortwrap.Compare(v, v, ortwrap.Tolerance{})
		require.ErrorIs(t, err, ortwrap.ErrInvalidValue, "%T", v)
		report := ortwrap.Validate(map[string]ortwrap.Value{"v": v})
		require.ErrorContains(t, report.Err(), "it has been destroyed", "%T", v)
	}
	var n ortwrap.Native
	n.ZeroContents()
	require.NoError(t, n.Destroy())
	require.Equal(t, ortwrap.KindUnknown, ortwrap.Kind(n.GetONNXType()))
	require.Empty(t, n.GetShape())
}

func TestOtherZeroValuesCanBeUsed(t *testing.T) {
	t.Parallel()
	_, err := ortwrap.SessionBuilder{}.Open()
	require.ErrorIs(t, err, ortwrap.ErrNoModel)
	require.ErrorContains(t, ortwrap.Report{}.Err(), "there are no outputs")
	require.Contains(t, ortwrap.Report{Outputs: make([]ortwrap.Statistics, 1)}.String(), "no problems in 1 tensor")
	require.Zero(t, ortwrap.Array[int]{}.Len())
	_, err = ortwrap.ValueOf(ortwrap.Array[int64]{})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	require.Equal(t, "all 0 elements agree", ortwrap.Tolerance{}.Compare(nil, nil).String())
	require.NotEmpty(t, ortwrap.Info{}.String())
	require.NotEmpty(t, (&ortwrap.Error{}).Error())
}
