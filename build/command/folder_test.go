package command_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
)

// "bundle -check DIR" made a folder with the name -check.
func TestAFlagIsNoFolder(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"-check", "-program=app", ""} {
		var out bytes.Buffer
		outside := command.Outside{Environ: []string{"HOME=" + t.TempDir()}, Out: &out, Progress: &out}
		for name, err := range map[string]error{
			"bundle": outside.Do(t.Context(), "bundle", command.Bundle(dir, nil, nil, nil)),
			"vendor": outside.Do(t.Context(), "vendor", command.Vendor(dir)),
		} {
			require.ErrorContains(t, err, "not the name of a folder", "%s %s", name, dir)
			require.ErrorContains(t, err, "name the folder first, flags after it", "%s %s", name, dir)
		}
	}
}
