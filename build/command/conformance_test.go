//go:build linux

package command_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestBothFormsOfLinkingMustGiveTheSameBits(t *testing.T) {
	t.Parallel()
	require.NoError(t, command.SameDigests(spec.DNNL, "sha256:aa", "sha256:aa"))
	err := command.SameDigests(spec.DNNL, "sha256:aa", "sha256:bb")
	require.EqualError(t, err, "compare the outputs of two forms of linking (dnnl): "+
		"static gives sha256:aa, shared gives sha256:bb")
	require.Contains(t, fault.Format(err), "-provider dnnl -run NAME")
}
