package plan_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestALooseArchiveHasAllOfAProviderButItsEntry(t *testing.T) {
	t.Parallel()
	require.Equal(t, filepath.Join("lib", "libonnxruntime_provider_dnnl_loose.a"), plan.LooseArchive(spec.DNNL))
	cmd := plan.Loose("ar", "out.a", []string{"a.o", "b.o", "entry.o"})
	require.Equal(t, "ar qcD out.a a.o b.o", cmd.String())
}
