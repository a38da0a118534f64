//go:build !ortwrap_dlopen

package ortwrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// tagModes are the link modes that the build tags allow. Without a tag pkg-config settles it.
var tagModes = []ortwrap.LinkMode{ortwrap.LinkStatic, ortwrap.LinkShared}

func TestAProgramWithALinkedLibraryTakesNoOther(t *testing.T) {
	t.Parallel()
	err := ortwrap.UseLibrary("/some/libonnxruntime.so")
	require.ErrorIs(t, err, ortwrap.ErrLibrary)
	require.ErrorContains(t, err, "linked into this program: build it with the tag ortwrap_dlopen")
	require.NoError(t, ortwrap.Initialize())
}
