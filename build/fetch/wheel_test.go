package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

const wheel = "nvidia_cuda_crt-13.0.88-py3-none-manylinux2014_x86_64.whl"

// pinOfWheel pins text as a wheel.
func pinOfWheel() release.Pin {
	return release.Pin{Name: "crt", SHA256: sum, Size: int64(len(text)), PyPI: "nvidia-cuda-crt==13.0.88", Wheel: wheel}
}

// withPip gives a client a pip that writes what it is told to, or fails with tail. It returns the recorder of its calls.
func withPip(c *fetch.Client, written, tail string) (calls *run.Recorder, found *atomic.Int32) {
	found = &atomic.Int32{}
	calls = &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		if tail != "" {
			return &run.ExitError{Cmd: cmd, Code: 1, Tail: tail, Err: errors.New("exit status 1")}
		}
		if slices.Contains(cmd.Args, "index") {
			_, err := fmt.Fprintln(cmd.Stdout, "Available versions: 13.1.1, 13.0.88")
			return err
		}
		dir := cmd.Args[slices.Index(cmd.Args, "--dest")+1]
		return os.WriteFile(filepath.Join(dir, wheel), []byte(written), 0o600)
	}}
	c.PyPI = func(context.Context) (pypi.Client, error) {
		found.Add(1)
		return pypi.Client{Runner: calls, Command: []string{"python3", "-m", "pip"}}, nil
	}
	return calls, found
}

func TestAWheelIsFetchedThroughPipAndKept(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	calls, found := withPip(c, text, "")
	var last, total int64
	file, err := c.Fetch(t.Context(), pinOfWheel(), func(d, n int64) { last, total = d, n })
	require.NoError(t, err)
	require.Equal(t, fetch.File{
		Path: filepath.Join(c.Dir, "sha256", sum.Hex(), wheel), SHA256: sum, Size: int64(len(text)),
		From: "Python package nvidia-cuda-crt==13.0.88",
	}, file)
	require.EqualValues(t, len(text), last)
	require.EqualValues(t, len(text), total)
	_, err = c.Fetch(t.Context(), pinOfWheel(), nil)
	require.NoError(t, err)
	require.Len(t, calls.Commands(), 1)
	require.NoError(t, os.Remove(file.Path))
	_, err = c.Fetch(t.Context(), pinOfWheel(), nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, found.Load(), "pip is found once")
}

func TestTheMirrorIsAskedForAWheelFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := newClient(t)
	withPip(source, text, "")
	require.NoError(t, source.Vendor(t.Context(), []release.Pin{pinOfWheel()}, dir))
	require.FileExists(t, filepath.Join(dir, wheel))

	c := newClientAt(t, dir)
	calls, _ := withPip(c, text, "")
	c.Offline = true
	require.Empty(t, c.Missing([]release.Pin{pinOfWheel()}))
	_, err := c.Fetch(t.Context(), pinOfWheel(), nil)
	require.NoError(t, err)
	require.Empty(t, calls.Commands())

	empty := newClientAt(t, t.TempDir())
	withPip(empty, text, "")
	_, err = empty.Fetch(t.Context(), pinOfWheel(), nil)
	require.NoError(t, err, "pip comes after a mirror without the file")
}

func TestOfflineStartsNoPip(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	_, found := withPip(c, text, "")
	c.Offline = true
	_, err := c.Fetch(t.Context(), pinOfWheel(), nil)
	require.ErrorIs(t, err, fetch.ErrOffline)
	require.ErrorContains(t, err, wheel)
	require.Error(t, c.Reach(t.Context(), pinOfWheel()))
	require.Zero(t, found.Load())
}

func TestAWheelThatIsNotThePinnedOneIsRefused(t *testing.T) {
	t.Parallel()
	pips := "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n" +
		"        Expected sha256 " + sum.Hex() + "\n             Got        " + digestOf("other").Hex() + "\n"
	for _, tail := range []string{"", pips} { // a pip that does not look, and one that does
		c := newClient(t)
		withPip(c, "other", tail)
		pin := pinOfWheel()
		pin.Size = 0
		_, err := c.Fetch(t.Context(), pin, nil)
		var mismatch *fetch.MismatchError
		require.ErrorAs(t, err, &mismatch)
		require.Equal(t, &fetch.MismatchError{What: "digest", Want: sum.String(), Got: digestOf("other").String()}, mismatch)
		require.Contains(t, requireFault(t, err).Hint, "ORT_MIRROR")
		requireNothingLeft(t, c)
	}
}

func TestAFailureOfPipSaysWhatPipSaid(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	withPip(c, "", "ERROR: No matching distribution found for nvidia-cuda-crt==13.0.88")
	_, err := c.Fetch(t.Context(), pinOfWheel(), nil)
	require.ErrorIs(t, err, pypi.ErrNoVersion)
	require.ErrorContains(t, err, "\n  Python package nvidia-cuda-crt==13.0.88: "+pypi.ErrNoVersion.Error())
	require.Contains(t, requireFault(t, err).Tail, "No matching distribution")
	require.ErrorIs(t, c.Reach(t.Context(), pinOfWheel()), pypi.ErrNoVersion)

	full := newClient(t)
	withPip(full, "", "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device")
	_, err = full.Fetch(t.Context(), pinOfWheel(), nil)
	require.Contains(t, requireFault(t, err).Hint, "free some space")

	none := newClient(t)
	none.PyPI = func(context.Context) (pypi.Client, error) {
		return pypi.Client{}, &fault.Error{Op: "find pip", Err: pypi.ErrNoPip, Hint: "install pip"}
	}
	_, err = none.Fetch(t.Context(), pinOfWheel(), nil)
	require.ErrorIs(t, err, pypi.ErrNoPip)
	require.Equal(t, "install pip; or put "+wheel+" into a folder and set ORT_MIRROR to it", requireFault(t, err).Hint)
}

func TestReachAsksPipWithoutDownloading(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	calls, _ := withPip(c, text, "")
	require.NoError(t, c.Reach(t.Context(), pinOfWheel()))
	require.Contains(t, calls.Commands()[0].Args, "index")
	require.Len(t, calls.Commands(), 1)
}

func TestAPinWithURLsTooAsksThemFirst(t *testing.T) {
	t.Parallel()
	upstream := serve(t, http.NotFound)
	c := newClient(t)
	withPip(c, text, "")
	pin := pinOfWheel()
	pin.URLs = []string{upstream.URL + "/" + wheel}
	_, err := c.Fetch(t.Context(), pin, nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, upstream.requests.Load())
}
