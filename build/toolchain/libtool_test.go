package toolchain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// Apple's libtool is looked for where it is asked for alone, and taken even if it ends with an error after its version.
func TestLibtoolIsFoundWhereItIsWanted(t *testing.T) {
	t.Parallel()
	programs := all()
	programs["libtool"] = says("Apple Inc. version cctools_ld-1221.4") + "; exit 1"
	m := newMachine(t, programs)
	set, missing, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, missing)
	require.Empty(t, set.Libtool.Path)

	wanted := want
	wanted.Libtool = true
	set, missing, err = m.Find(t.Context(), wanted)
	require.NoError(t, err)
	require.Empty(t, missing)
	require.Equal(t, toolchain.Libtool, set.Libtool.Name)
	require.Contains(t, set.Tools(), set.Libtool)
	facts, err := m.Fingerprint(t.Context(), set)
	require.NoError(t, err)
	require.Contains(t, facts, toolchain.Fact{Name: "libtool", Value: "unknown"})

	_, missing, err = newMachine(t, all()).Find(t.Context(), wanted)
	require.NoError(t, err)
	require.Len(t, missing, 1)
	require.Equal(t, "libtool is missing", missing[0].String())
}
