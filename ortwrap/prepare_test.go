package ortwrap_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// prepare makes inputs for the time of the test.
func prepare(t *testing.T, session *ortwrap.Session, o ortwrap.PrepareOptions) map[string]ortwrap.Value {
	t.Helper()
	inputs, err := ortwrap.PrepareInputs(session, o)
	require.NoError(t, err)
	for _, v := range inputs {
		own(t, v, nil)
	}
	return inputs
}

func TestPreparedInputsFitTheModel(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		upstream(t, "example_big_fanout.onnx"), upstream(t, "example_dynamic_axes.onnx"),
		upstream(t, "example_float16.onnx"),
		upstream(t, "example_multitype.onnx"), upstream(t, "example_several_inputs_and_outputs.onnx"),
		upstream(t, "example_strings.onnx"), upstream(t, "sklearn_randomforest.onnx"),
		upstream(t, "example ż 大 김.onnx"),
		filepath.Join("examples", "digits", "digits.onnx"),
		filepath.Join("testdata", "constant.onnx"), filepath.Join("testdata", "half.onnx"),
		filepath.Join("testdata", "count.onnx"), filepath.Join("testdata", "words.onnx"),
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			outputs, err := ortwrap.RunRandom(t.Context(), openPath(t, path), ortwrap.PrepareOptions{Seed: 7})
			require.NoError(t, err)
			for _, v := range outputs {
				own(t, v, nil)
			}
		})
	}
}

// The digests are those of the bytes on every machine: a change of one breaks what people have recorded.
func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	cases := []struct{ model, input, want string }{
		{upstream(t, "example_several_inputs_and_outputs.onnx"), "input 1", "int32 dca9b4acfb6ef78e"},
		{upstream(t, "example_several_inputs_and_outputs.onnx"), "input 2", "float32 495522a6519aa714"},
		{upstream(t, "example_several_inputs_and_outputs.onnx"), "input 3", "bfloat16 dd5558b1bbb4cdd8"},
		{upstream(t, "example_multitype.onnx"), "InputA", "uint8 ea38832e303c9a40"},
		{upstream(t, "example_multitype.onnx"), "InputB", "float64 ab1b7c78c4e932a5"},
		{upstream(t, "example_float16.onnx"), "InputA", "float16 0824eaca654761bd"},
	}
	for _, c := range cases {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			session := openPath(t, c.model)
			v := prepare(t, session, ortwrap.PrepareOptions{Seed: 1, Integers: 200})[c.input]
			list, err := ortwrap.Float64s(v)
			require.NoError(t, err)
			digest := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%v", list)))
			require.Equal(t, c.want, fmt.Sprintf("%s %s", ortwrap.ElementType(v.DataType()), digest[:16]))

			again := prepare(t, session, ortwrap.PrepareOptions{Seed: 1, Integers: 200})[c.input]
			_, err = ortwrap.Compare(again, v, ortwrap.Tolerance{})
			require.NoError(t, err)
			if len(list) < 8 {
				return // may be the same by chance
			}
			other := prepare(t, session, ortwrap.PrepareOptions{Seed: 2, Integers: 200})[c.input]
			_, err = ortwrap.Compare(other, v, ortwrap.Tolerance{})
			require.ErrorIs(t, err, ortwrap.ErrDifferent)
		})
	}
}

func TestEveryElementTypeIsPrepared(t *testing.T) {
	t.Parallel()
	for element := ortwrap.Float32; element <= ortwrap.Int4; element++ {
		for _, shape := range []ortwrap.Shape{{3, 11}, {}, {0}} {
			t.Run(fmt.Sprint(element, shape), func(t *testing.T) {
				t.Parallel()
				info := ortwrap.Info{Name: "x", Kind: ortwrap.KindTensor, Type: element, Shape: shape}
				inputs, err := ortwrap.PrepareFor([]ortwrap.Info{info}, ortwrap.PrepareOptions{Integers: 1000})
				if element == ortwrap.Complex64 || element == ortwrap.Complex128 {
					require.ErrorIs(t, err, ortwrap.ErrUnsupportedValue)
					return
				}
				v := own(t, inputs["x"], err)
				require.Equal(t, element, ortwrap.ElementType(v.DataType()))
				require.True(t, slices.Equal(shape, v.GetShape()), "%v", v.GetShape())
				if element == ortwrap.String {
					contents, err := ortwrap.Elements[string](v)
					require.NoError(t, err)
					for _, word := range contents {
						require.Regexp(t, `^text \d$`, word)
					}
					return
				}
				list, err := ortwrap.Float64s(v)
				require.NoError(t, err)
				if shape.FlattenedSize() == 33 {
					require.Less(t, slices.Min(list), slices.Max(list))
				}
				for _, x := range list {
					require.True(t, x >= -1 && x < 1000 && x-x == 0, "%g", x)
				}
			})
		}
	}
}

func TestNothingIsPreparedWhenOneInputFails(t *testing.T) {
	t.Parallel()
	good := ortwrap.Info{Name: "x", Kind: ortwrap.KindTensor, Type: ortwrap.Float32, Shape: ortwrap.Shape{2}}
	inputs, err := ortwrap.PrepareFor([]ortwrap.Info{good, {Name: "m", Kind: ortwrap.KindMap}}, ortwrap.PrepareOptions{})
	require.ErrorIs(t, err, ortwrap.ErrUnsupportedValue)
	require.ErrorContains(t, err, `input "m": unsupported kind of value: map`)
	require.Nil(t, inputs)
}

func TestOneNameHasOneSize(t *testing.T) {
	t.Parallel()
	infos := []ortwrap.Info{
		{
			Name: "a", Kind: ortwrap.KindTensor, Type: ortwrap.Float32, Shape: ortwrap.Shape{-1, -1},
			Symbols: []string{"time", "batch"},
		},
		{
			Name: "b", Kind: ortwrap.KindTensor, Type: ortwrap.Int64, Shape: ortwrap.Shape{-1, -1, -1},
			Symbols: []string{"batch", "time", ""},
		},
		{Name: "c", Kind: ortwrap.KindTensor, Type: ortwrap.Bool, Shape: ortwrap.Shape{-1, 4}, Symbols: []string{"", ""}},
	}
	inputs, err := ortwrap.PrepareFor(infos, ortwrap.PrepareOptions{Batch: 2, Dims: map[string]int64{"time": 7}})
	require.NoError(t, err)
	require.Equal(t, ortwrap.NewShape(7, 2), own(t, inputs["a"], nil).GetShape())
	require.Equal(t, ortwrap.NewShape(2, 7, 1), own(t, inputs["b"], nil).GetShape())
	require.Equal(t, ortwrap.NewShape(2, 4), own(t, inputs["c"], nil).GetShape())
}

func TestPreparedElementsStayInTheirRange(t *testing.T) {
	t.Parallel()
	session := openPath(t, upstream(t, "example_several_inputs_and_outputs.onnx"))
	for seed := range uint64(50) {
		for name, v := range prepare(t, session, ortwrap.PrepareOptions{Seed: seed}) {
			list, err := ortwrap.Float64s(v)
			require.NoError(t, err)
			lowest, highest := slices.Min(list), slices.Max(list)
			if name == "input 1" {
				require.Equal(t, []float64{0, 1}, []float64{lowest, highest})
				continue
			}
			require.GreaterOrEqual(t, lowest, -1.0)
			require.Less(t, highest, 1.0)
		}
	}
}

func TestOpenDimensionsGetTheirSizes(t *testing.T) {
	t.Parallel()
	session, err := ortwrap.CreateSession(digits.Model())
	require.NoError(t, err)
	defer session.Close()
	dims := func(name string, n int64) map[string]int64 { return map[string]int64{name: n} }
	cases := []struct {
		name    string
		options ortwrap.PrepareOptions
		want    int64
	}{
		{"default", ortwrap.PrepareOptions{}, 1},
		{"batch", ortwrap.PrepareOptions{Batch: 5}, 5},
		{"by name", ortwrap.PrepareOptions{Batch: 5, Dims: dims("batch", 3)}, 3},
		{"by axis", ortwrap.PrepareOptions{Batch: 5, Dims: map[string]int64{"batch": 3, "image:0": 4}}, 4},
		{"empty", ortwrap.PrepareOptions{Dims: dims("batch", 0)}, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := prepare(t, session, c.options)["image"]
			require.Equal(t, ortwrap.NewShape(c.want, 64), v.GetShape())
		})
	}
}

func TestOptionsThatDoNotFitTheModelAreErrors(t *testing.T) {
	t.Parallel()
	image, err := ortwrap.CreateSession(digits.Model())
	require.NoError(t, err)
	defer image.Close()
	dims := func(name string, n int64) ortwrap.PrepareOptions {
		return ortwrap.PrepareOptions{Dims: map[string]int64{name: n}}
	}
	cases := []struct {
		name    string
		session *ortwrap.Session
		options ortwrap.PrepareOptions
		want    error
		text    string
	}{
		{"negative batch", image, ortwrap.PrepareOptions{Batch: -1}, ortwrap.ErrOption, "must not be negative"},
		{"negative integers", image, ortwrap.PrepareOptions{Integers: -1}, ortwrap.ErrOption, "must not be negative"},
		{"negative size", image, dims("batch", -2), ortwrap.ErrOption, `dimension "batch" must not be negative, got -2`},
		{
			"unknown name", image, dims("btach", 2), ortwrap.ErrOption,
			`preparing inputs for "model of 10044 bytes": unusable option: the model has no open dimension "btach": ` +
				`it has "batch", "image:0"`,
		},
		{"closed dimension", image, dims("image:1", 2), ortwrap.ErrOption, `no open dimension "image:1"`},
		{"empty name", image, dims("", 2), ortwrap.ErrOption, `no open dimension ""`},
		{"no open dimension", open(t, "constant.onnx"), dims("n", 1), ortwrap.ErrOption, "it has none"},
		{"huge", image, ortwrap.PrepareOptions{Batch: 1 << 62}, ortwrap.ErrOption, "has more than 1073741824 elements"},
		{
			"sequence", open(t, "join.onnx"),
			ortwrap.PrepareOptions{},
			ortwrap.ErrUnsupportedValue,
			`input "parts": unsupported kind of value: sequence: make this input yourself and call Run`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := ortwrap.PrepareInputs(c.session, c.options)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.text)
			_, err = ortwrap.RunRandom(t.Context(), c.session, c.options)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestInputsThatDoNotFitIntoMemoryTogetherAreRefused(t *testing.T) {
	t.Parallel()
	for _, element := range []ortwrap.ElementType{ortwrap.Int64, ortwrap.String} {
		infos := make([]ortwrap.Info, 10_000)
		for i := range infos {
			infos[i] = ortwrap.Info{
				Name: fmt.Sprint(i), Kind: ortwrap.KindTensor, Type: element, Shape: ortwrap.NewShape(1 << 30),
			}
		}
		_, err := ortwrap.PrepareFor(infos, ortwrap.PrepareOptions{})
		require.ErrorIs(t, err, ortwrap.ErrOption)
		require.ErrorContains(t, err, "there is not so much memory")
	}
}

func TestRunRandomHonoursItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := ortwrap.RunRandom(ctx, open(t, "half.onnx"), ortwrap.PrepareOptions{})
	require.ErrorIs(t, err, context.Canceled)
}
