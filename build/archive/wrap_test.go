package archive_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

func TestAWrappedObjectIsTheOnlyMemberAndHasNoDate(t *testing.T) {
	t.Parallel()
	ar := testkit.NeedTool(t, "ar")
	dir := t.TempDir()
	object, out := filepath.Join(dir, "a b.o"), filepath.Join(dir, "lib.a")
	require.NoError(t, os.WriteFile(object, []byte("content"), 0o600))
	wrap := func() []byte {
		require.NoError(t, archive.Wrap(t.Context(), &run.Exec{}, ar, object, out))
		data, err := os.ReadFile(out)
		require.NoError(t, err)
		return data
	}
	first := wrap()
	contents, err := archive.Read(out)
	require.NoError(t, err)
	require.Len(t, contents.Members, 1)
	require.Equal(t, "a b.o", contents.Members[0].Name)
	require.NoError(t, os.Chtimes(object, time.Time{}, time.Now().Add(-time.Hour)))
	require.Equal(t, first, wrap(), "an archive that is there is replaced, not added to")

	require.ErrorContains(t, archive.Wrap(t.Context(), &run.Exec{}, ar, filepath.Join(dir, "none.o"), out), "none.o")
}
