package onnxpb_test

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// message decodes hexadecimal; spaces are for the reader.
func message(t testing.TB, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return data
}

func TestTensorsOfEveryFormAreRead(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, message string
		want          onnxpb.Tensor
	}{
		{"raw float32", "0801 0802 1001 4a08 0000803f 000000c0", // dims 1, 2, one by one
			onnxpb.Tensor{Element: 1, Dims: []int64{1, 2}, Data: message(t, "0000803f000000c0")}},
		{
			"packed floats and dims", "0a020102 1001 2208 0000803f 000000c0",
			onnxpb.Tensor{Element: 1, Dims: []int64{1, 2}, Data: message(t, "0000803f000000c0")},
		},
		{
			"single floats", "0802 1001 25 0000803f 25 000000c0",
			onnxpb.Tensor{Element: 1, Dims: []int64{2}, Data: message(t, "0000803f000000c0")},
		},
		{"int8 as int32", "0802 1003 2a0b ffffffffffffffffff01 05", // -1, 5
			onnxpb.Tensor{Element: 3, Dims: []int64{2}, Data: []byte{0xff, 5}}},
		{"int64", "0801 1007 3801", onnxpb.Tensor{Element: 7, Dims: []int64{1}, Data: message(t, "0100000000000000")}},
		{"uint64", "0801 100d 5801", onnxpb.Tensor{Element: 13, Dims: []int64{1}, Data: message(t, "0100000000000000")}},
		{
			"double", "0801 100b 5208 000000000000f03f",
			onnxpb.Tensor{Element: 11, Dims: []int64{1}, Data: message(t, "000000000000f03f")},
		},
		{
			"complex64", "0801 100e 2208 0000803f 000000c0",
			onnxpb.Tensor{Element: 14, Dims: []int64{1}, Data: message(t, "0000803f000000c0")},
		},
		{"uint4 pairs", "0803 1015 2a02 2103", onnxpb.Tensor{Element: 21, Dims: []int64{3}, Data: []byte{0x21, 3}}},
		{"strings", "0802 1008 3202 6869 3200", onnxpb.Tensor{Element: 8, Dims: []int64{2}, Strings: []string{"hi", ""}}},
		{"scalar", "1009 4a01 01", onnxpb.Tensor{Element: 9, Data: []byte{1}}},
		{"no elements", "0800 1001", onnxpb.Tensor{Element: 1, Dims: []int64{0}, Data: []byte{}}},
		{"unknown fields", "fa0101 00 1009 4a01 01", onnxpb.Tensor{Element: 9, Data: []byte{1}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := onnxpb.ParseTensor(message(t, c.message))
			require.NoError(t, err)
			require.Equal(t, &c.want, v.Tensor)
		})
	}
}

func TestBrokenTensorsAreErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                     "unsupported kind of value: element type 0",
		"1063":                                 "unsupported kind of value: element type 99",
		"0802 1001 4a04 0000":                  "malformed protobuf",
		"0802 1001 4a04 00000000":              "4 bytes for 2 elements of 32 bits",
		"0802 1008 3200":                       "1 strings for 2 elements",
		"08ffffffffffffffffff01 1001":          "dimension -1 is negative",
		"0a0c ffffffff0f ffffffff0f ffff 1001": "malformed protobuf",
		"08ffffffff0f 08ffffffff0f 1001 4a00":  "too many elements",
		"1001 4a04 00000000 7001":              "unsupported kind of value: data in another file",
		"0b":                                   "malformed protobuf",
		"0801 1001 0d 0000803f":                "malformed protobuf",
		"80":                                   "malformed protobuf",
		"0000":                                 "malformed protobuf",
	} {
		_, err := onnxpb.ParseTensor(message(t, text))
		require.ErrorContains(t, err, want, "%s", text)
	}
}

func TestSequencesAndOptionalsNest(t *testing.T) {
	t.Parallel()
	tensor := "1009 4a01 01"
	v, err := onnxpb.ParseSequence(message(t, "1001 1a05"+tensor+"1a05"+tensor))
	require.NoError(t, err)
	require.Len(t, v.Sequence.Items, 2)
	require.Equal(t, []byte{1}, v.Sequence.Items[1].Tensor.Data)

	v, err = onnxpb.ParseOptional(message(t, "1001 1a05"+tensor))
	require.NoError(t, err)
	require.NotNil(t, v.Tensor)
	v, err = onnxpb.ParseOptional(message(t, "1003 2a07 1a05"+tensor))
	require.NoError(t, err)
	require.Len(t, v.Sequence.Items, 1)
	v, err = onnxpb.ParseOptional(nil)
	require.NoError(t, err)
	require.Zero(t, v)

	_, err = onnxpb.ParseSequence(message(t, "2200"))
	require.ErrorIs(t, err, onnxpb.ErrUnsupported)
	_, err = onnxpb.ParseSequence(message(t, "3200"))
	require.ErrorIs(t, err, onnxpb.ErrUnsupported)
	_, err = onnxpb.ParseSequence(message(t, "1801"))
	require.ErrorContains(t, err, "malformed")
	deep := []byte{}
	for range 20 {
		deep = append([]byte{5<<3 | 2, byte(len(deep))}, deep...)
	}
	_, err = onnxpb.ParseSequence(deep)
	require.ErrorContains(t, err, "nested too deep")
}

func TestFloatsAreDecoded(t *testing.T) {
	t.Parallel()
	halves := onnxpb.Tensor{Element: 10}
	for _, h := range []uint16{0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x8000, 0x3555} {
		halves.Data = binary.LittleEndian.AppendUint16(halves.Data, h)
	}
	require.Equal(t, []float64{
		1, -2, math.Ldexp(1, -24), math.Ldexp(1023, -24), 65504, math.Inf(1), math.Inf(-1), math.Copysign(0, -1),
		0.333251953125,
	}, halves.Floats())
	nan := onnxpb.Tensor{Element: 10, Data: []byte{1, 0x7c}}
	require.True(t, math.IsNaN(nan.Floats()[0]))
	brain := onnxpb.Tensor{Element: 16, Data: []byte{0x80, 0x3f, 0x20, 0xc0}}
	require.Equal(t, []float64{1, -2.5}, brain.Floats())
	complex64s := onnxpb.Tensor{Element: 14, Data: message(t, "0000803f000000c0")}
	require.Equal(t, []float64{1, -2}, complex64s.Floats())
	require.Nil(t, onnxpb.Tensor{Element: 7, Data: make([]byte, 8)}.Floats())
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "1009 4a01 01", "0a020102 1001 2208 0000803f 000000c0", "1a05 1009 4a01 01", "2a07 1a05 1009 4a01 01",
		"0803 1015 2a02 2103", "0802 1008 3202 6869 3200", "08ffffffffffffffffff01 1001",
	} {
		f.Add(message(f, text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) (onnxpb.Value, error){
			onnxpb.ParseTensor, onnxpb.ParseSequence, onnxpb.ParseOptional,
		} {
			v, err := parse(data)
			if err != nil || v.Tensor == nil {
				continue
			}
			// Whatever is accepted holds as many elements as it says.
			if v.Tensor.Element == onnxpb.String {
				require.Len(t, v.Tensor.Strings, int(v.Tensor.Len()))
			} else {
				require.LessOrEqual(t, v.Tensor.Len(), 2*int64(len(v.Tensor.Data)))
			}
			v.Tensor.Floats()
		}
	})
}
