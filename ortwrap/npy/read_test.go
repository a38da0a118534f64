package npy_test

import (
	"bytes"
	"io"
	"io/fs"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// The names are those of files that NumPy wrote: testdata/make.py.
var files = map[string]struct {
	shape ortwrap.Shape
	want  any
}{
	"int8":         {ortwrap.NewShape(2, 3), []int8{-2, -1, 0, 1, 2, 3}},
	"int16":        {ortwrap.NewShape(2, 3), []int16{-2, -1, 0, 1, 2, 3}},
	"int32":        {ortwrap.NewShape(2, 3), []int32{-2, -1, 0, 1, 2, 3}},
	"int64":        {ortwrap.NewShape(2, 3), []int64{-2, -1, 0, 1, 2, 3}},
	"uint8":        {ortwrap.NewShape(2, 3), []uint8{0, 1, 2, 3, 4, 5}},
	"uint16":       {ortwrap.NewShape(2, 3), []uint16{0, 1, 2, 3, 4, 5}},
	"uint32":       {ortwrap.NewShape(2, 3), []uint32{0, 1, 2, 3, 4, 5}},
	"uint64":       {ortwrap.NewShape(2, 3), []uint64{0, 1, 2, 3, 4, 5}},
	"float16":      {ortwrap.NewShape(2, 3), []byte{0, 0xc0, 0, 0xbc, 0, 0, 0, 0x3c, 0, 0x40, 0, 0x42}},
	"float32":      {ortwrap.NewShape(2, 3), []float32{-2, -1, 0, 1, 2, 3}},
	"float64":      {ortwrap.NewShape(2, 3), []float64{-2, -1, 0, 1, 2, 3}},
	"bool":         {ortwrap.NewShape(2, 3), []bool{false, true, true, true, true, true}},
	"scalar":       {nil, float32(2.5)},
	"scalar_bool":  {nil, true},
	"scalar_half":  {nil, []byte{0, 0x3c}},
	"scalar_text":  {nil, []string{"yes"}},
	"vector":       {ortwrap.NewShape(3), []float32{1, 2, 3}},
	"empty":        {ortwrap.NewShape(0, 3), []float32{}},
	"empty_half":   {ortwrap.NewShape(2, 0), []byte{}},
	"empty_text":   {ortwrap.NewShape(0), []string{}},
	"text":         {ortwrap.NewShape(2, 3), []string{"yes", "", "日本", "é", "🙂!", "no"}},
	"bytes":        {ortwrap.NewShape(3), []string{"yes", "", "no"}},
	"blank":        {ortwrap.NewShape(2), []string{"", ""}},
	"fortran":      {ortwrap.NewShape(2, 3, 4), upTo(24)},
	"fortran_text": {ortwrap.NewShape(2, 3), []string{"a", "b", "c", "d", "e", "f"}},
	"fortran_half": {ortwrap.NewShape(2, 3), []byte{0, 0, 0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45}},
	"big":          {ortwrap.NewShape(2, 3), []int32{-2, -1, 0, 1, 2, 3}},
	"big_half":     {ortwrap.NewShape(2, 3), []byte{0, 0, 0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45}},
	"big_double":   {ortwrap.NewShape(2, 3), []float64{0, 0.25, 0.5, 0.75, 1, 1.25}},
	"big_text":     {ortwrap.NewShape(2, 1), []string{"ye", "日本"}},
	"zero_inside":  {ortwrap.NewShape(1), []string{"a\x00b"}},
	"truths":       {ortwrap.NewShape(4), []bool{false, true, true, true}},
	"version2":     {ortwrap.NewShape(2, 3), []float32{0, 1, 2, 3, 4, 5}},
	"version3":     {ortwrap.NewShape(2, 3), []float32{0, 1, 2, 3, 4, 5}},
}

func upTo(n int32) (list []int32) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

func TestFilesOfNumPyAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := readFile(t, name+".npy")
			require.Equal(t, c.shape, v.GetShape())
			require.Equal(t, c.want, content(t, v))
			small := iotest.OneByteReader(bytes.NewReader(testdata(t, name+".npy")))
			again, err := npy.Read(small)
			require.Equal(t, c.want, content(t, own(t, again, err)))
		})
	}
}

func TestArraysWithoutCounterpartAreUnsupported(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"object":  "Python objects",
		"record":  "an array of records",
		"complex": `type "<c8" and shape [1]: unsupported by ortwrap/npy: ONNX Runtime has no tensors of this type`,
		"date":    "no tensors of this type",
		"void":    "no tensors of this type",
	} {
		_, err := npy.ReadFile("testdata/" + name + ".npy")
		require.ErrorIs(t, err, npy.ErrUnsupported, name)
		require.ErrorContains(t, err, text)
		require.NotErrorIs(t, err, npy.ErrFormat)
	}
}

// typed is a file with one element of the given type.
func typed(descr string, data ...byte) []byte {
	return file("{'descr': '"+descr+"', 'fortran_order': False, 'shape': (1,)}", data...)
}

func TestBrokenFilesAreErrors(t *testing.T) {
	t.Parallel()
	const start = "{'descr': '<f4', 'fortran_order': False, 'shape': "
	whole := testdata(t, "float32.npy")
	version := bytes.Replace(whole, []byte("NUMPY\x01"), []byte("NUMPY\x04"), 1)
	for name, c := range map[string]struct {
		data []byte
		text string
		is   error
	}{
		"no npy":              {[]byte("PK\x03\x04 something"), `expected it to start with "\x93NUMPY"`, npy.ErrFormat},
		"new version":         {version, "expected format version 1.0, 2.0 or 3.0, got 4.0", npy.ErrUnsupported},
		"cut in the magic":    {whole[:3], "ends too early", npy.ErrFormat},
		"cut in the size":     {whole[:9], "ends too early", npy.ErrFormat},
		"cut in the header":   {whole[:50], "ends too early", npy.ErrFormat},
		"cut in the data":     {whole[:len(whole)-1], "ends too early", npy.ErrFormat},
		"no data":             {whole[:128], "ends too early", npy.ErrFormat},
		"huge header":         {[]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), "at most 65536 bytes", npy.ErrFormat},
		"no dictionary":       {file("hello"), `expected {, got "hello"`, npy.ErrFormat},
		"nothing in it":       {file("{}"), "expected the keys descr, fortran_order and shape, got 0", npy.ErrFormat},
		"not closed":          {file("{'descr': '<f4'"), "expected a comma or }", npy.ErrFormat},
		"string not closed":   {file("{'descr': '<f4"), "expected a string", npy.ErrFormat},
		"unknown key":         {file("{'colour': 'red'}"), `unknown key "colour"`, npy.ErrFormat},
		"key twice":           {file("{'descr': '<f4', 'descr': '<f4'}"), "comes twice", npy.ErrFormat},
		"no truth":            {file("{'fortran_order': 1}"), "expected False", npy.ErrFormat},
		"text after the end":  {file(start + "(1,)} import os"), "expected nothing more", npy.ErrFormat},
		"no tuple":            {file(start + "3}"), "expected (", npy.ErrFormat},
		"open tuple":          {file(start + "(3"), "expected a dimension", npy.ErrFormat},
		"no number":           {file(start + "(a, )}"), "expected a dimension", npy.ErrFormat},
		"negative":            {file(start + "(-1,)}"), "negative dimension", npy.ErrFormat},
		"negative twice":      {file(start+"(-1, -1)}", 0, 0, 0, 0), "negative dimension", npy.ErrFormat},
		"beyond int64":        {file(start + "(9223372036854775808,)}"), "below 2^63", npy.ErrFormat},
		"product too large":   {file(start + "(4294967296, 4294967296)}"), "too many elements", npy.ErrFormat},
		"bytes too many":      {file(start + "(4611686018427387904,)}"), "do not fit in memory", npy.ErrFormat},
		"zero and huge":       {file(start + "(0, 4294967296, 4294967296)}"), "too many elements", npy.ErrFormat},
		"empty type":          {typed(""), "expected a type", npy.ErrFormat},
		"only an order":       {typed("<"), "expected a type", npy.ErrFormat},
		"strings of length 0": {typed("<U0"), "", npy.ErrUnsupported},
		"no such character": {
			typed("<U1", 0, 0, 0x11, 0), "0x110000 is no character", npy.ErrFormat,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := npy.Read(bytes.NewReader(c.data))
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.text)
			require.Nil(t, v)
			_, err = npy.Read(iotest.DataErrReader(bytes.NewReader(c.data)))
			require.ErrorIs(t, err, c.is)
		})
	}
	many := "{'descr': '<f4', 'fortran_order': False, 'shape': (" + string(bytes.Repeat([]byte("1, "), 65)) + ")}"
	_, err := npy.Read(bytes.NewReader(file(many, 0, 0, 0, 0)))
	require.ErrorIs(t, err, npy.ErrFormat)
	require.ErrorContains(t, err, "at most 64 dimensions, got 65")
}

// Not parallel: it measures.
func TestMemoryIsOnlyTakenForDataThatIsThere(t *testing.T) {
	for _, descr := range []string{"<f4", "|b1", "<f2", "<U1000000", "|S9"} {
		data := file("{'descr': '"+descr+"', 'fortran_order': False, 'shape': (1000000000,)}", make([]byte, 100)...)
		for name, r := range map[string]io.Reader{
			"known size":   bytes.NewReader(data),
			"unknown size": iotest.HalfReader(bytes.NewReader(data)),
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := npy.Read(r)
			runtime.ReadMemStats(&after)
			require.ErrorIs(t, err, npy.ErrFormat, "%s %s", descr, name)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), "%s %s", descr, name)
		}
	}
}

func TestALargeArrayIsReadInSteps(t *testing.T) {
	t.Parallel()
	const n = 3<<20 + 7
	data := file("{'descr': '|u1', 'fortran_order': False, 'shape': (3145735,)}", make([]byte, n)...)
	for i := range n {
		data[len(data)-n+i] = byte(i % 251)
	}
	v, err := npy.Read(iotest.HalfReader(bytes.NewReader(data)))
	require.Equal(t, data[len(data)-n:], content(t, own(t, v, err)))
}

func TestArraysOneAfterTheOther(t *testing.T) {
	t.Parallel()
	r := bytes.NewBuffer(append(testdata(t, "float32.npy"), testdata(t, "text.npy")...))
	for _, name := range []string{"float32", "text"} {
		v, err := npy.Read(r)
		require.Equal(t, files[name].want, content(t, own(t, v, err)))
	}
	_, err := npy.Read(r)
	require.Equal(t, io.EOF, err)
}

func TestAFileHasOneArray(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/a.npy"
	write(t, path, append(testdata(t, "float32.npy"), 0))
	_, err := npy.ReadFile(path)
	require.ErrorIs(t, err, npy.ErrFormat)
	require.ErrorContains(t, err, "something comes after")
	write(t, path, nil)
	_, err = npy.ReadFile(path)
	require.ErrorIs(t, err, npy.ErrFormat)
	_, err = npy.ReadFile(path + "?")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestTheReadersOwnErrorComesThrough(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 5, 60, 140} {
		r := io.MultiReader(bytes.NewReader(testdata(t, "float32.npy")[:n]), iotest.ErrReader(iotest.ErrTimeout))
		_, err := npy.Read(r)
		require.ErrorIs(t, err, iotest.ErrTimeout)
		require.NotErrorIs(t, err, npy.ErrFormat)
	}
}
