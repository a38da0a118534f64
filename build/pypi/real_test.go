package pypi_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
)

var forReal = flag.Bool("real", false, "download a wheel of 134 kB through this machine's pip, or that of Debian")

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(pips)
		os.Exit(code)
	}))
}

// The same in a pristine root that has python3 without pip, and for a user that is not root:
//
//	go test -run ForReal ./build/pypi/ -args -real
func TestDownloadForReal(t *testing.T) {
	t.Parallel()
	if !*forReal {
		t.Skip("it needs a network: run it by hand with -args -real")
	}
	runner := &run.Exec{Env: os.Environ(), Log: t.Output()}
	c, err := pypi.Discover(t.Context(), runner, t.TempDir(), func(ctx context.Context) (debian.Archive, error) {
		return debian.Discover(ctx, runner)
	})
	require.NoError(t, err)
	t.Log(c.Command, c.Version)

	f := crt()
	f.SHA256, err = digest.Parse("2c8043c7c9e02492716426e9919fc78d2c5b3b2a7a768a88e952676b08aa55a4")
	require.NoError(t, err)
	require.NoError(t, c.Has(t.Context(), f))
	path, err := c.Download(t.Context(), f, t.TempDir(), nil)
	require.NoError(t, err)
	sum, size, err := digest.OfFile(path)
	require.NoError(t, err)
	require.Equal(t, f.SHA256, sum)
	require.EqualValues(t, 134086, size)

	wrong := f
	wrong.SHA256 = digest.OfBytes(nil)
	_, err = c.Download(t.Context(), wrong, t.TempDir(), nil)
	var mismatch *pypi.MismatchError
	require.ErrorAs(t, err, &mismatch)
	require.Equal(t, f.SHA256, mismatch.Got)

	missing := f
	missing.Requirement = "nvidia-cuda-crt==13.0.999"
	_, err = c.Download(t.Context(), missing, t.TempDir(), nil)
	require.ErrorIs(t, err, pypi.ErrNoVersion)
	require.ErrorIs(t, c.Has(t.Context(), missing), pypi.ErrNoVersion)
}
