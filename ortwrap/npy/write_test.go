package npy_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	npyio "github.com/sbinet/npyio/npy"
	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// canonical are the files of testdata that numpy.save writes for what is in them on a little-endian machine.
var canonical = []string{
	"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "bool",
	"scalar", "scalar_bool", "scalar_half", "scalar_text",
	"vector", "empty", "empty_half", "empty_text", "text", "blank", "aligned", "deep",
}

func TestWhatIsWrittenEqualsWhatNumPyWrites(t *testing.T) {
	t.Parallel()
	for _, name := range canonical {
		var out bytes.Buffer
		require.NoError(t, npy.Write(&out, readFile(t, name+".npy")))
		require.Equal(t, testdata(t, name+".npy"), out.Bytes(), name)
	}
}

func TestTheSameComesBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.npy")
	for name, c := range files {
		require.NoError(t, npy.WriteFile(path, readFile(t, name+".npy")))
		v, err := npy.ReadFile(path)
		own(t, v, err)
		require.Equal(t, c.shape, v.GetShape(), name)
		require.Equal(t, c.want, content(t, v), name)
	}
}

// ONNX Runtime knows how long a string is; only at its end NumPy drops zeros.
func TestStringsWithZerosInsideComeBack(t *testing.T) {
	t.Parallel()
	want := []string{"a\x00b", "\x00é", "", "\x00\x00日"}
	v, err := ortwrap.NewStringTensor(ortwrap.NewShape(2, 2), want)
	own(t, v, err)
	var out bytes.Buffer
	require.NoError(t, npy.Write(&out, v))
	again, err := npy.Read(&out)
	require.Equal(t, want, content(t, own(t, again, err)))

	scalar, err := ortwrap.ScalarOf("a\x00b")
	own(t, scalar, err)
	require.NoError(t, npy.Write(&out, scalar))
	again, err = npy.Read(&out)
	require.Equal(t, []string{"a\x00b"}, content(t, own(t, again, err)))
}

// A type of Go's own makes no difference.
func TestNamedTypesAreWritten(t *testing.T) {
	t.Parallel()
	type celsius float32
	v, err := ortwrap.NewTensor(ortwrap.NewShape(3), []celsius{1, 2, 3})
	own(t, v, err)
	var out bytes.Buffer
	require.NoError(t, npy.Write(&out, v))
	require.Equal(t, testdata(t, "vector.npy"), out.Bytes())
}

func TestAnotherLibraryReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, npy.Write(&out, readFile(t, "float64.npy")))
	r, err := npyio.NewReader(&out)
	require.NoError(t, err)
	require.Equal(t, []int{2, 3}, r.Header.Descr.Shape)
	var list []float64
	require.NoError(t, r.Read(&list))
	require.Equal(t, files["float64"].want, list)
}

const script = `
import sys, numpy as np
a = np.load(sys.argv[1])
assert sorted(a) == sorted(sys.argv[2:]), sorted(a)
for name in a:
    want = np.load("testdata/" + name + ".npy")
    assert a[name].dtype == want.dtype and a[name].shape == want.shape and (a[name] == want).all(), name
`

// NumPy is no tool of this project, so this test is skipped where it is missing: the others compare with its files.
func TestNumPyReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	if err := exec.CommandContext(t.Context(), "python3", "-c", "import numpy").Run(); err != nil {
		t.Skip("python3 has no numpy")
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	values := map[string]ortwrap.Value{}
	for _, name := range canonical {
		values[name] = readFile(t, name+".npy")
	}
	require.NoError(t, npy.WriteArchive(path, values))
	args := append([]string{"-c", script, path}, canonical...)
	out, err := exec.CommandContext(t.Context(), "python3", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestValuesThatCannotBeWrittenAreErrors(t *testing.T) {
	t.Parallel()
	destroyed := func(v ortwrap.Value, err error) ortwrap.Value {
		require.NoError(t, err)
		require.NoError(t, v.Destroy())
		return v
	}
	number, err := ortwrap.NewScalar[float32](1)
	gone := destroyed(number, err)
	tensor, err := ortwrap.NewTensor(ortwrap.NewShape(1), []int32{1})
	goneTensor := destroyed(tensor, err)
	text, err := ortwrap.NewStringTensor(ortwrap.NewShape(1), []string{"a"})
	goneText := destroyed(text, err)
	raw, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(1), make([]byte, 2), ortwrap.Float16)
	goneRaw := destroyed(raw, err)

	item, err := ortwrap.NewTensor(ortwrap.NewShape(1), []int32{1})
	own(t, item, err)
	sequence, err := ortwrap.NewSequence([]ortwrap.Value{item})
	own(t, sequence, err)
	brain, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(1), make([]byte, 2), ortwrap.BFloat16)
	own(t, brain, err)
	latin, err := ortwrap.NewStringTensor(ortwrap.NewShape(2), []string{"a", "\xe9t\xe9"})
	own(t, latin, err)
	long := make([]int64, 65)
	for i := range long {
		long[i] = 1
	}
	deep, err := ortwrap.NewTensor(long, []int8{1})
	own(t, deep, err)
	for name, c := range map[string]struct {
		v    ortwrap.Value
		is   error
		text string
	}{
		"nil":              {nil, ortwrap.ErrInvalidValue, "it is nil"},
		"nil pointer":      {(*ortwrap.Tensor[int32])(nil), ortwrap.ErrInvalidValue, "it is nil"},
		"destroyed scalar": {gone, ortwrap.ErrInvalidValue, "destroyed"},
		"destroyed tensor": {goneTensor, ortwrap.ErrInvalidValue, "destroyed"},
		"destroyed text":   {goneText, ortwrap.ErrInvalidValue, "destroyed"},
		"destroyed bytes":  {goneRaw, ortwrap.ErrInvalidValue, "destroyed"},
		"sequence":         {sequence, npy.ErrUnsupported, "expected a tensor, got a sequence"},
		"bfloat16":         {brain, npy.ErrUnsupported, "no type for elements of type bfloat16"},
		"no UTF-8":         {latin, npy.ErrUnsupported, `string 1 is not UTF-8: "\xe9t\xe9"`},
		"65 dimensions":    {deep, npy.ErrUnsupported, "at most 64 dimensions, got 65"},
	} {
		var out bytes.Buffer
		err := npy.Write(&out, c.v)
		require.ErrorIs(t, err, c.is, name)
		require.ErrorContains(t, err, c.text, name)
		require.Zero(t, out.Len(), name)
	}
}

func TestAFailedWriteLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npz")
	good := readFile(t, "float32.npy")
	require.NoError(t, npy.WriteArchive(path, map[string]ortwrap.Value{"good": good}))
	before := bytesOf(t, path)
	err := npy.WriteArchive(path, map[string]ortwrap.Value{"good": good, "worse": nil})
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	require.ErrorContains(t, err, `array "worse"`)
	require.ErrorIs(t, npy.WriteFile(path, nil), ortwrap.ErrInvalidValue)
	require.Equal(t, before, bytesOf(t, path))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "temporary files are left")
	require.ErrorIs(t, npy.WriteFile(filepath.Join(dir, "no", "a.npy"), good), os.ErrNotExist)
	require.Error(t, npy.WriteFile(dir, good))
}

// More of this is tested where it is done: internal/wholefile.
func TestALinkAndAPermissionOutliveAWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link, path := filepath.Join(dir, "link.npy"), filepath.Join(dir, strings.Repeat("n", 244)+".npy")
	write(t, path, nil)
	require.NoError(t, os.Symlink(path, link))
	require.NoError(t, npy.WriteFile(link, readFile(t, "float32.npy")))
	require.NoError(t, npy.WriteArchive(link, map[string]ortwrap.Value{"x": readFile(t, "float32.npy")}))
	require.Contains(t, readArchive(t, path), "x")
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.Equal(t, os.ModeSymlink, info.Mode().Type())
	info, err = os.Lstat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	n := min(len(p), f.room)
	if f.room -= n; n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

func TestTheWritersOwnErrorComesThrough(t *testing.T) {
	t.Parallel()
	for _, room := range []int{0, 130} {
		require.ErrorIs(t, npy.Write(&full{room}, readFile(t, "float32.npy")), io.ErrShortWrite)
	}
}
