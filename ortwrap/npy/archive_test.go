package npy_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

func readArchive(t testing.TB, path string) map[string]any {
	t.Helper()
	values, err := npy.ReadArchive(path)
	require.NoError(t, err)
	contents := map[string]any{}
	for name, v := range values {
		contents[name] = content(t, own(t, v, nil))
	}
	return contents
}

func TestArchivesOfNumPyAreRead(t *testing.T) {
	t.Parallel()
	want := map[string]any{
		"scores": []float32{0, 1, 2, 3, 4, 5}, "deep/labels": []int64{1, 2}, "words": []string{"yes", "no"},
	}
	require.Equal(t, want, readArchive(t, "testdata/stored.npz"))
	require.Equal(t, want, readArchive(t, "testdata/compressed.npz"))
	require.Empty(t, readArchive(t, "testdata/none.npz"))
}

func TestAnArchiveComesBack(t *testing.T) {
	t.Parallel()
	values, want := map[string]ortwrap.Value{}, map[string]any{}
	for name, c := range files {
		values[name], want[name] = readFile(t, name+".npy"), c.want
	}
	values["x.npy"], want["x.npy"] = values["vector"], files["vector"].want
	dir := t.TempDir()
	require.NoError(t, npy.WriteArchive(filepath.Join(dir, "a.npz"), values))
	require.NoError(t, npy.WriteArchive(filepath.Join(dir, "b.npz"), values))
	require.Equal(t, want, readArchive(t, filepath.Join(dir, "a.npz")))
	require.Equal(t, bytesOf(t, filepath.Join(dir, "a.npz")), bytesOf(t, filepath.Join(dir, "b.npz")))
	require.NoError(t, npy.WriteArchive(filepath.Join(dir, "c.npz"), nil))
	require.Empty(t, readArchive(t, filepath.Join(dir, "c.npz")))
}

// pack is an archive with members by name and content in turn.
func pack(t testing.TB, members ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for pair := range slices.Chunk(members, 2) {
		member, err := w.CreateHeader(&zip.FileHeader{Name: pair[0], Method: zip.Store})
		require.NoError(t, err)
		_, err = member.Write([]byte(pair[1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestBrokenArchivesAreErrors(t *testing.T) {
	t.Parallel()
	array := string(testdata(t, "vector.npy"))
	whole, compressed := testdata(t, "stored.npz"), testdata(t, "compressed.npz")
	flipped := bytes.Replace(whole, []byte("\x00\x00\x80\x3f"), []byte("\x00\x00\x80\x3e"), 1)
	mangled := bytes.Clone(compressed)
	for i := 60; i < 90; i++ {
		mangled[i] ^= 0xff
	}
	method := bytes.ReplaceAll(pack(t, "a.npy", array), []byte("PK\x01\x02\x14\x00\x14\x00\x08\x00\x00\x00"),
		[]byte("PK\x01\x02\x14\x00\x14\x00\x08\x00\x63\x00"))
	for name, c := range map[string]struct {
		data []byte
		is   error
		text string
	}{
		"empty":            {nil, npy.ErrFormat, "not a valid zip file"},
		"no archive":       {[]byte(array), npy.ErrFormat, "not a valid zip file"},
		"cut short":        {whole[:len(whole)-30], npy.ErrFormat, "not a valid zip file"},
		"wrong checksum":   {flipped, npy.ErrFormat, `array "scores": broken NumPy file: zip: checksum error`},
		"broken stream":    {mangled, npy.ErrFormat, ""},
		"unknown method":   {method, npy.ErrUnsupported, "unsupported compression algorithm"},
		"another file":     {pack(t, "a.npy", array, "readme.txt", "hello"), npy.ErrUnsupported, `member "readme.txt"`},
		"twice the name":   {pack(t, "a.npy", array, "a.npy", array), npy.ErrFormat, "two members"},
		"empty member":     {pack(t, "a.npy", array, "b.npy", ""), npy.ErrFormat, `array "b": broken`},
		"bytes after":      {pack(t, "a.npy", array+"!"), npy.ErrFormat, "something comes after"},
		"member cut short": {pack(t, "a.npy", array[:130]), npy.ErrFormat, "ends too early"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.npz")
			write(t, path, c.data)
			values, err := npy.ReadArchive(path)
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.text)
			require.ErrorContains(t, err, path)
			require.Nil(t, values)
		})
	}
	_, err := npy.ReadArchive("testdata/missing.npz")
	require.ErrorIs(t, err, fs.ErrNotExist)
}
