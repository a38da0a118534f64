package pypi_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
)

// wheel writes a wheel that pip takes for one, into dir, and returns what it is as a file of the index.
func wheel(t *testing.T, dir, name string) pypi.File {
	t.Helper()
	words := strings.SplitN(name, "-", 3)
	var data bytes.Buffer
	w := zip.NewWriter(&data)
	info := words[0] + "-" + words[1] + ".dist-info/"
	for path, text := range map[string]string{
		"lib/a.txt":       "a",
		info + "METADATA": "Metadata-Version: 2.1\nName: " + words[0] + "\nVersion: " + words[1] + "\nRequires-Python: >=3.99\n",
		info + "WHEEL":    "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: " + strings.TrimSuffix(words[2], ".whl") + "\n",
		info + "RECORD":   "",
	} {
		f, err := w.Create(path)
		require.NoError(t, err)
		_, err = io.WriteString(f, text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), data.Bytes(), 0o600))
	return pypi.File{Requirement: words[0] + "==" + words[1], SHA256: digest.OfBytes(data.Bytes()), Name: name}
}

// client returns the pip of this machine, for which the folder is the whole index.
func client(t *testing.T, index string) pypi.Client {
	t.Helper()
	env := append(os.Environ(), "PIP_NO_INDEX=1", "PIP_FIND_LINKS="+index, "PIP_REQUIRE_VIRTUALENV=1")
	testkit.NeedTool(t, "python3")
	c, err := found()
	if errors.Is(err, pypi.ErrNoPip) {
		testkit.Skip(t, "python3 has no pip")
	}
	require.NoError(t, err)
	c.Runner = &run.Exec{Env: env, Log: t.Output()}
	return c
}

// pips is a folder for a pip that is provided.
var pips = filepath.Join(os.TempDir(), fmt.Sprintf("pypi-test-%d", os.Getpid()))

// found looks for pip once. Only in CI is it fetched from Debian where it is missing.
var found = sync.OnceValues(func() (pypi.Client, error) {
	runner := &run.Exec{Env: os.Environ()}
	var archive func(context.Context) (debian.Archive, error)
	if os.Getenv("CI") != "" {
		archive = func(ctx context.Context) (debian.Archive, error) { return debian.Discover(ctx, runner) }
	}
	return pypi.Discover(context.Background(), runner, pips, archive)
})

// These wheels are for machines and Pythons that this one is not.
func TestPipDownloadsWheelsForOtherMachines(t *testing.T) {
	t.Parallel()
	index, dir := t.TempDir(), filepath.Join(t.TempDir(), "my files")
	require.NoError(t, os.Mkdir(dir, 0o755))
	c := client(t, index)
	for _, name := range []string{
		"foreign-1.0-py3-none-manylinux2014_aarch64.manylinux_2_17_aarch64.whl",
		"foreign-1.0-py3-none-manylinux_2_99_x86_64.whl",
		"foreign-1.0-cp38-cp38-macosx_11_0_arm64.whl",
		"foreign-1.0-py2.py3-none-any.whl",
	} {
		f := wheel(t, index, name)
		require.NoError(t, c.Has(t.Context(), f), name)
		path, err := c.Download(t.Context(), f, dir, nil)
		require.NoError(t, err, name)
		sum, _, err := digest.OfFile(path)
		require.NoError(t, err)
		require.Equal(t, f.SHA256, sum)
		require.Equal(t, name, filepath.Base(path))
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 4, "nothing else is left")
}

func TestAWrongFileIsRefusedWithBothDigests(t *testing.T) {
	t.Parallel()
	index, dir := t.TempDir(), t.TempDir()
	f := wheel(t, index, "a-1.0-py3-none-any.whl")
	got := f.SHA256
	f.SHA256 = digest.OfBytes([]byte("another"))
	_, err := client(t, index).Download(t.Context(), f, dir, nil)
	var mismatch *pypi.MismatchError
	require.ErrorAs(t, err, &mismatch)
	require.Equal(t, &pypi.MismatchError{Want: f.SHA256, Got: got}, mismatch)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestWhatTheIndexDoesNotHaveIsNamed(t *testing.T) {
	t.Parallel()
	index := t.TempDir()
	c := client(t, index)
	f := wheel(t, index, "a-1.0-py3-none-any.whl")
	for want, requirement := range map[string]string{"it has the versions 1.0": "a==2.0", "no such file": "b==1.0"} {
		f.Requirement = requirement
		_, err := c.Download(t.Context(), f, t.TempDir(), nil)
		require.ErrorIs(t, err, pypi.ErrNoVersion)
		require.ErrorContains(t, err, want)
		require.ErrorIs(t, c.Has(t.Context(), f), pypi.ErrNoVersion)
	}
}

func TestAnIndexThatDoesNotAnswerIsToldFromOneWithoutTheFile(t *testing.T) {
	t.Parallel()
	const warning = "WARNING: Retrying (Retry(total=0)) after connection broken by "
	const none = "\nERROR: Could not find a version that satisfies the requirement a==1 (from versions: none)\n" +
		"ERROR: No matching distribution found for a==1"
	for tail, want := range map[string]string{
		warning + "'NewConnectionError('Failed: [Errno 111] Connection refused')': /simple/a/" + none:                        "reached: Connection refused",
		warning + "'NewConnectionError(\"Failed: [Errno -3] Temporary failure in name resolution\")': /a/" + none:            "reached: Temporary failure in name resolution",
		"Could not fetch URL: SSLError('CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed (_ssl.c:9)" + none: "reached: self-signed",
		warning + "'ReadTimeoutError(x)'" + none: "cannot be reached",
	} {
		c := pypi.Client{Runner: failing(tail), Command: []string{"python3", "-m", "pip"}}
		_, err := c.Download(t.Context(), crt(), t.TempDir(), nil)
		require.ErrorIs(t, err, pypi.ErrUnreachable)
		require.ErrorContains(t, err, want)
		require.ErrorIs(t, c.Has(t.Context(), crt()), pypi.ErrUnreachable)
		var exit *run.ExitError
		require.ErrorAs(t, err, &exit, "what pip printed can be shown")
	}
}

func TestOtherFailuresOfPip(t *testing.T) {
	t.Parallel()
	full := pypi.Client{Runner: failing("ERROR: Could not install: [Errno 28] No space left on device"), Command: []string{"p"}}
	_, err := full.Download(t.Context(), crt(), t.TempDir(), nil)
	require.ErrorIs(t, err, syscall.ENOSPC)

	odd := pypi.Client{Runner: failing("ERROR: a strange thing\nmore"), Command: []string{"p"}}
	_, err = odd.Download(t.Context(), crt(), t.TempDir(), nil)
	require.EqualError(t, err, "pip failed: a strange thing")

	silent := pypi.Client{Runner: &run.Recorder{}, Command: []string{"p"}}
	_, err = silent.Download(t.Context(), crt(), t.TempDir(), nil)
	require.ErrorContains(t, err, "pip wrote no file of the name nvidia_cuda_crt-13.0.88-py3")
}

func TestARequirementIsOneProjectWithOneVersion(t *testing.T) {
	t.Parallel()
	r := &run.Recorder{}
	c := pypi.Client{Runner: r, Command: []string{"p"}}
	for _, requirement := range []string{"", "a", "a>=1", "a==", "-r x==1", "a==1\n-e .", "a==1 --hash=x", "a==1.*"} {
		f := crt()
		f.Requirement = requirement
		_, err := c.Download(t.Context(), f, t.TempDir(), nil)
		require.ErrorContains(t, err, "is not of the form project==version", requirement)
	}
	f := crt()
	f.SHA256 = digest.Digest{}
	_, err := c.Download(t.Context(), f, t.TempDir(), nil)
	require.ErrorContains(t, err, "has no digest")
	require.Empty(t, r.Commands())
}

func TestProgressIsTheGrowthOfPipsTemporaryFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	told := make(chan int64, 100)
	r := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		temp := strings.TrimPrefix(cmd.Env[len(cmd.Env)-1], "TMPDIR=")
		require.True(t, strings.HasPrefix(temp, dir), "beside the file, not in memory")
		require.NoError(t, os.Mkdir(filepath.Join(temp, "pip-unpack-x"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(temp, "pip-unpack-x", crt().Name), []byte("half"), 0o600))
		select {
		case done := <-told:
			require.EqualValues(t, 4, done)
		case <-time.After(10 * time.Second):
			return errors.New("nothing was told")
		}
		return os.WriteFile(filepath.Join(dir, crt().Name), []byte("whole"), 0o600)
	}}
	_, err := pypi.Client{Runner: r, Command: []string{"p"}}.Download(t.Context(), crt(), dir, func(done int64) { told <- done })
	require.NoError(t, err)
}

func crt() pypi.File {
	return pypi.File{
		Requirement: "nvidia-cuda-crt==13.0.88", SHA256: digest.OfBytes(nil),
		Name: "nvidia_cuda_crt-13.0.88-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
	}
}

// failing answers as a pip that ends with these lines.
func failing(tail string) *run.Recorder {
	return &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		return &run.ExitError{Cmd: cmd, Code: 1, Tail: tail, Err: errors.New("exit status 1")}
	}}
}
