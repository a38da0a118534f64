package feed_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/feed"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

var inf = math.Inf(1)

func input(name string, element ortwrap.ElementType, dims ...int64) ortwrap.Info {
	return ortwrap.Info{Name: name, Kind: ortwrap.KindTensor, Type: element, Shape: dims}
}

func TestLiteralsMakeEveryElementType(t *testing.T) {
	t.Parallel()
	for element, c := range map[ortwrap.ElementType]struct {
		text string
		want []float64
		bad  string
	}{
		ortwrap.Float16:  {"[0.5, 65504]", []float64{0.5, 65504}, "true"},
		ortwrap.BFloat16: {"[0.5, 1]", []float64{0.5, 1}, `"one"`},
		ortwrap.Float32:  {`[1e-3, "Infinity"]`, []float64{float64(float32(1e-3)), inf}, "1e99"},
		ortwrap.Float64:  {"[0.1, -2]", []float64{0.1, -2}, `"1"`},
		ortwrap.Int4:     {"[-8, 7]", []float64{-8, 7}, "8"},
		ortwrap.Int8:     {"[-128, 127]", []float64{-128, 127}, "128"},
		ortwrap.Int16:    {"[-1, 2]", []float64{-1, 2}, "40000"},
		ortwrap.Int32:    {"[-1, 2]", []float64{-1, 2}, "1.5"},
		ortwrap.Int64:    {"[-1, 2]", []float64{-1, 2}, `"1"`},
		ortwrap.Uint4:    {"[0, 15]", []float64{0, 15}, "16"},
		ortwrap.Uint8:    {"[0, 255]", []float64{0, 255}, "-1"},
		ortwrap.Uint16:   {"[1, 2]", []float64{1, 2}, "-1"},
		ortwrap.Uint32:   {"[1, 2]", []float64{1, 2}, "true"},
		ortwrap.Uint64:   {"[1, 2]", []float64{1, 2}, "18446744073709551616"},
		ortwrap.Bool:     {"[true, false]", []float64{1, 0}, "1"},
	} {
		infos := []ortwrap.Info{input("x", element, 2)}
		values, err := feed.Read(infos, []string{"x=" + c.text}, feed.Images{})
		require.NoError(t, err, element)
		require.Equal(t, element, ortwrap.ElementType(values["x"].DataType()))
		got, err := ortwrap.Float64s(values["x"])
		require.NoError(t, err)
		require.Equal(t, c.want, got, element)
		require.NoError(t, values["x"].Destroy())
		_, err = feed.Read(infos, []string{"x=[" + c.bad + "]"}, feed.Images{})
		require.ErrorIs(t, err, feed.ErrText, "%s %s", element, c.bad)
		require.ErrorContains(t, err, "element 0: expected "+element.String())
	}
	_, err := feed.Read([]ortwrap.Info{input("x", ortwrap.Float8E5M2, 2)}, []string{"x=[1, 2]"}, feed.Images{})
	require.ErrorIs(t, err, ortwrap.ErrUnsupportedValue)
	_, err = feed.Read([]ortwrap.Info{{Name: "x", Kind: ortwrap.KindSequence}}, []string{"x=[1, 2]"}, feed.Images{})
	require.ErrorIs(t, err, ortwrap.ErrUnsupportedValue)
}

func TestValuesTakeTheModelsShapeWhereItFits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		model []int64
		text  string
		want  ortwrap.Shape
	}{
		{nil, "5", ortwrap.Shape{}},
		{nil, "[5]", ortwrap.Shape{1}},
		{[]int64{1}, "5", ortwrap.Shape{1}},
		{[]int64{-1, -1}, "5", ortwrap.Shape{1, 1}},
		{[]int64{-1}, "[1, 2, 3]", ortwrap.Shape{3}},
		{[]int64{-1, 2}, "[1, 2, 3, 4]", ortwrap.Shape{2, 2}},
		{[]int64{2, 2}, "[1, 2, 3, 4]", ortwrap.Shape{2, 2}},
		{[]int64{-1, -1, 2}, "[1, 2]", ortwrap.Shape{1, 1, 2}},
		{[]int64{-1, -1, 2}, "[1, 2, 3, 4]", ortwrap.Shape{4}}, // two ways to do so
		{[]int64{-1, 3}, "[1, 2, 3, 4]", ortwrap.Shape{4}},
		{[]int64{-1, 0}, "[1]", ortwrap.Shape{1}},
		{[]int64{1, 2, 2}, "[[1, 2], [3, 4]]", ortwrap.Shape{2, 2}},
		{[]int64{-1}, "[]", ortwrap.Shape{0}},
		{[]int64{-1, 2}, "[[], []]", ortwrap.Shape{2, 0}},
	} {
		infos := []ortwrap.Info{input("x", ortwrap.Int64, c.model...)}
		values, err := feed.Read(infos, []string{"x=" + c.text}, feed.Images{})
		require.NoError(t, err, "%v", c)
		require.True(t, c.want.Equals(values["x"].GetShape()), "%v, got %v", c, values["x"].GetShape())
		require.NoError(t, values["x"].Destroy())
	}
}

func TestArraysOfNumPyTakeTheModelsShapeWhereItFits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, v := range []ortwrap.Value{
		made(ortwrap.TensorOf([]float32{1, 2, 3, 4})), made(ortwrap.TensorOf([]float64{1, 2, 3, 4})),
		made(ortwrap.TensorOf([]int64{1, 2, 3, 4})), made(ortwrap.TensorOf([]bool{true, false, true, true})),
		made(ortwrap.TensorOf(ortwrap.F16s([]float32{1, 2, 3, 4}))), made(ortwrap.TensorOf([]string{"1", "2", "3", "4"})),
		made(ortwrap.TensorOf([]uint8{1, 2, 3, 4}, 4, 1)), made(ortwrap.ScalarOf[int32](5)), made(ortwrap.ScalarOf("5")),
		made(ortwrap.TensorOf([]int16{})),
	} {
		defer v.Destroy()
		array, archive := filepath.Join(dir, "x.npy"), filepath.Join(dir, "x.npz")
		require.NoError(t, npy.WriteFile(array, v))
		require.NoError(t, npy.WriteArchive(archive, map[string]ortwrap.Value{"x": v}))
		element, was := ortwrap.ElementType(v.DataType()), v.GetShape()
		want := was
		switch {
		case len(was) == 0:
			want = ortwrap.Shape{1, 1, 1}
		case was.Equals(ortwrap.Shape{4}):
			want = ortwrap.Shape{1, 4, 1}
		}
		infos := []ortwrap.Info{input("x", element, 1, -1, 1)}
		for _, text := range []string{"x=" + array, array, archive} {
			values, err := feed.Read(infos, []string{text}, feed.Images{})
			require.NoError(t, err)
			got := values["x"]
			require.True(t, want.Equals(got.GetShape()), "%s of %v: got %v", element, was, got.GetShape())
			require.Equal(t, element, ortwrap.ElementType(got.DataType()))
			require.Equal(t, elements(t, v), elements(t, got))
			require.NoError(t, got.Destroy())
		}
		values, err := feed.ReadOutputs(infos, archive)
		require.NoError(t, err)
		require.True(t, was.Equals(values["x"].GetShape()), "outputs are compared as they are")
		require.NoError(t, values["x"].Destroy())
	}
}

func made(v ortwrap.Value, err error) ortwrap.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// elements are the strings or the bytes of a tensor.
func elements(t *testing.T, v ortwrap.Value) any {
	t.Helper()
	if ortwrap.ElementType(v.DataType()) == ortwrap.String {
		list, err := ortwrap.Elements[string](v)
		require.NoError(t, err)
		return list
	}
	data, err := ortwrap.Bytes(v)
	require.NoError(t, err)
	return data
}

func TestTheLongestNameThatFitsIsMeant(t *testing.T) {
	t.Parallel()
	infos := []ortwrap.Info{input("a=b", ortwrap.String), input("a", ortwrap.String), input("c/d:0", ortwrap.Int64)}
	values, err := feed.Read(infos, []string{"a=b=x=y", "a= b", "c/d:0=3"}, feed.Images{})
	require.NoError(t, err)
	for name, want := range map[string]string{"a=b": "x=y", "a": " b"} {
		got, err := ortwrap.Elements[string](values[name])
		require.NoError(t, err)
		require.Equal(t, []string{want}, got)
	}
	for _, v := range values {
		require.NoError(t, v.Destroy())
	}
	_, err = feed.Read(infos, []string{"x.npy"}, feed.Images{})
	require.ErrorContains(t, err, "write name=x.npy")
	_, err = feed.Read(nil, []string{"5"}, feed.Images{})
	require.ErrorContains(t, err, "the model takes no inputs")
}

func FuzzLiterals(f *testing.F) {
	for _, text := range []string{
		"5", "[1, 2]", "[[1], [2]]", "[[1], 2]", `"NaN"`, "[]", "[[[", "{}", "null", "1e999", "x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, element := range []ortwrap.ElementType{ortwrap.Float32, ortwrap.Int8, ortwrap.Bool, ortwrap.String} {
			values, err := feed.Read([]ortwrap.Info{input("x", element, -1, 2)}, []string{"x=" + text}, feed.Images{})
			if err != nil {
				continue
			}
			require.NoError(t, values["x"].Destroy())
		}
	})
}
