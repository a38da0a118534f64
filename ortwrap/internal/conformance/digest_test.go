package conformance_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

func TestTheDigestSeesEveryPartOfAnOutput(t *testing.T) {
	t.Parallel()
	one := func(v onnxpb.Value) []onnxpb.Value { return []onnxpb.Value{v} }
	floats := func(data ...byte) onnxpb.Value {
		return onnxpb.Value{Tensor: &onnxpb.Tensor{Element: 1, Dims: []int64{1, 1}, Data: data}}
	}
	sequence := func(items ...onnxpb.Value) onnxpb.Value {
		return onnxpb.Value{Sequence: &onnxpb.Sequence{Items: items}}
	}
	texts := func(list ...string) onnxpb.Value {
		return onnxpb.Value{Tensor: &onnxpb.Tensor{Element: onnxpb.String, Dims: []int64{2}, Strings: list}}
	}
	seen := map[string]string{}
	for name, list := range map[string][]onnxpb.Value{
		"no output": nil,
		"nothing":   one(onnxpb.Value{}),
		"plus zero": one(floats(0, 0, 0, 0)), "minus zero": one(floats(0, 0, 0, 0x80)),
		"type":        one(onnxpb.Value{Tensor: &onnxpb.Tensor{Element: 6, Dims: []int64{1, 1}, Data: make([]byte, 4)}}),
		"shape":       one(onnxpb.Value{Tensor: &onnxpb.Tensor{Element: 1, Dims: []int64{1}, Data: make([]byte, 4)}}),
		"two outputs": {floats(0, 0, 0, 0), floats(0, 0, 0, 0)},
		"sequence":    one(sequence(floats(0, 0, 0, 0))), "nested": one(sequence(sequence(floats(0, 0, 0, 0)))),
		"empty": one(sequence()), "text": one(texts("ab", "c")), "text split elsewhere": one(texts("a", "bc")),
	} {
		d := conformance.NewDigest()
		for _, v := range list {
			d.Output("y", v)
		}
		require.Empty(t, seen[d.String()], "%s has the digest of another", name)
		seen[d.String()] = name
	}
	a, b := conformance.NewDigest(), conformance.NewDigest()
	a.Output("y", floats(0, 0, 0, 0))
	b.Output("z", floats(0, 0, 0, 0))
	require.NotEqual(t, a.String(), b.String(), "the names differ")
}

func TestTheDigestOfARunIsThatOfWhatPassed(t *testing.T) {
	t.Parallel()
	all := files(t)
	digest := func(name string, data []byte) string {
		changed := map[string][]byte{}
		maps.Copy(changed, all)
		if name != "" {
			changed[name] = data
		}
		cases, err := conformance.Load(folder(t, changed))
		require.NoError(t, err)
		s, err := conformance.Run(t.Context(), cases, conformance.Provider{}, nil)
		require.NoError(t, err)
		return s.Digest
	}
	same := digest("", nil)
	require.Equal(t, same, digest("", nil))
	require.Equal(t, same, digest("test_wrong/test_data_set_1/output_0.pb", tensor(t, 1, nil, []float32{43})),
		"what is expected is no output, and the case fails")
	require.NotEqual(t, same, digest("test_wrong/test_data_set_1/output_0.pb", tensor(t, 1, nil, []float32{42})),
		"one case more passes")
	require.NotEqual(t, same, digest("test_digit/test_data_set_0/output_0.pb", tensor(t, 1, nil, []float32{42})),
		"one case less passes")
}
