package cuda_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExamineTellsWhatWouldBeProvidedAndProvidesNothing(t *testing.T) {
	t.Parallel()
	f, root := finder(t)
	s := &shelf{dir: filepath.Join(root, "shelf")}
	require.NoError(t, f.SetSources(s.stock(t, "12.9"), s.stock(t, "13.0"), s.stock(t, "12.4")))
	f.Fetch = s.fetch
	old := filepath.Join(root, "path")
	write(t, old, toolkit("11.8"))
	want := minimalWant(t)
	want.HostGCC = 15
	got, err := f.Examine(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, got.Toolkit)
	require.Len(t, got.Offers, 1, "of the others nvcc does not take this compiler")
	require.Equal(t, "13.0", got.Offers[0].Version)
	require.Equal(t, "the wheels of PyPI", got.Offers[0].From)
	require.Len(t, got.Offers[0].Pins, 2)
	require.Positive(t, got.Offers[0].Size)
	require.Len(t, got.Rejected, 1)
	require.Equal(t, old, got.Rejected[0].Home)
	require.NoDirExists(t, f.Dir)
	require.Empty(t, s.fetched)

	provided, _, err := f.Provide(t.Context(), want, nil)
	require.NoError(t, err)
	got, err = f.Examine(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, provided, got.Toolkit)
	require.Empty(t, got.Offers)

	want.HostGCC = 16
	_, err = f.Examine(t.Context(), want)
	require.ErrorContains(t, err, "CUDA 13.0 cannot be provided")
	require.ErrorContains(t, err, old)
}
