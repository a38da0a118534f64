package ortwrap_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// identityModel is an ONNX model that returns its input, a tensor of any shape, in protobuf's wire format.
func identityModel(element ortwrap.ElementType) []byte {
	message := func(field byte, parts ...[]byte) []byte {
		body := slices.Concat(parts...)
		return append([]byte{field<<3 | 2, byte(len(body))}, body...)
	}
	text := func(field byte, s string) []byte { return message(field, []byte(s)) }
	number := func(field, n byte) []byte { return []byte{field << 3, n} }
	tensorType := message(2, message(1, number(1, byte(element))))
	graph := message(7,
		message(1, text(1, "x"), text(2, "y"), text(4, "Identity")), text(2, "identity"),
		message(11, text(1, "x"), tensorType), message(12, text(1, "y"), tensorType))
	return slices.Concat(number(1, 10), graph, message(8, number(2, 21)))
}

// roundTrip sends elements through ORT's Identity.
func roundTrip[T ortwrap.Element](t *testing.T, data ...T) {
	t.Helper()
	roundTripOf(t, identityModel(ortwrap.ElementOf[T]()), data...)
}

// roundTripOf sends elements through a model as a vector, as a matrix, as a tensor without elements and as scalars.
func roundTripOf[T ortwrap.Element](t *testing.T, model []byte, data ...T) {
	t.Helper()
	element := ortwrap.ElementOf[T]()
	t.Run(element.String(), func(t *testing.T) {
		t.Parallel()
		require.NotEqual(t, ortwrap.Undefined, element)
		session, err := ortwrap.NewSession().FromMemory(model).WithOptimization(ortwrap.OptimizeNone).Open()
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, session.Close()) })
		n := int64(len(data))
		arrays := []ortwrap.Array[T]{
			{Shape: ortwrap.NewShape(n), Data: data},
			{Shape: ortwrap.NewShape(1, n, 1), Data: data},
			{Shape: ortwrap.NewShape(2, 0), Data: []T{}},
		}
		for _, x := range data {
			arrays = append(arrays, ortwrap.Array[T]{Data: []T{x}})
		}
		for _, a := range arrays {
			v, err := ortwrap.ValueOf(a)
			got := runOne(t, session, own(t, v, err))
			require.Equal(t, element, ortwrap.ElementType(got.DataType()))
			require.Equal(t, ortwrap.KindTensor, ortwrap.Kind(got.GetONNXType()))
			back, err := ortwrap.ArrayOf[T](got)
			require.NoError(t, err)
			require.True(t, slices.Equal(a.Shape, back.Shape), "%v %v", a.Shape, back.Shape)
			require.Equal(t, fmt.Sprint(a.Data), fmt.Sprint(back.Data)) // NaN is not equal to itself
			checkBytes(t, v, got)
		}
	})
}

// checkBytes makes sure that a value has the same bytes as another, and that one can be made of them.
func checkBytes(t *testing.T, v, got ortwrap.Value) {
	t.Helper()
	want, err := ortwrap.Bytes(v)
	if ortwrap.ElementType(v.DataType()) == ortwrap.String {
		require.ErrorIs(t, err, ortwrap.ErrElementType)
		return
	}
	require.NoError(t, err)
	bytes, err := ortwrap.Bytes(got)
	require.NoError(t, err)
	require.Equal(t, want, bytes)
	again, err := ortwrap.NewNative(ortwrap.ElementType(v.DataType()), v.GetShape(), bytes)
	bytes, err = ortwrap.Bytes(own(t, again, err))
	require.NoError(t, err)
	require.Equal(t, want, bytes)
}

func TestEveryElementTypeComesBack(t *testing.T) {
	t.Parallel()
	roundTrip[int8](t, -128, 0, 127)
	roundTrip[int16](t, math.MinInt16, 0, math.MaxInt16)
	roundTrip[int32](t, math.MinInt32, 0, math.MaxInt32)
	roundTrip[int64](t, math.MinInt64, 0, math.MaxInt64)
	roundTrip[uint8](t, 0, 255)
	roundTrip[uint16](t, 0, math.MaxUint16)
	roundTrip[uint32](t, 0, math.MaxUint32)
	roundTrip[uint64](t, 0, math.MaxUint64)
	roundTrip(t, float32(math.Inf(-1)), 0, math.SmallestNonzeroFloat32, float32(math.NaN()))
	roundTrip(t, math.Inf(-1), 0, math.MaxFloat64, math.NaN())
	roundTrip(t, true, false, true)
	roundTrip(t, "", "one", "größer 大", "zero\x00byte")
	roundTrip(t, ortwrap.F16s([]float32{-65504, 0, 1.0 / 3, float32(math.Inf(1)), float32(math.NaN())})...)
	roundTrip(t, ortwrap.BF16s([]float32{-1e38, 0, 1.0 / 3, float32(math.Inf(1)), float32(math.NaN())})...)
	roundTripOf[ortwrap.I4](t, read(t, "int4.onnx"), -8, -1, 0, 7, 3) // an odd number: the last byte holds one element
	roundTripOf[ortwrap.U4](t, read(t, "uint4.onnx"), 0, 15, 8)
	roundTrip[ortwrap.F8E4M3FN](t, 0, 0x7e, 0xff)
	roundTrip[ortwrap.F8E4M3FNUZ](t, 0, 0x7f, 0x80)
	roundTrip[ortwrap.F8E5M2](t, 0, 0x7b, 0xfc)
	roundTrip[ortwrap.F8E5M2FNUZ](t, 0, 0x7f, 0x80)
}

// ORT has numbers for these types but neither tensors nor operators of them.
func TestComplexElementsAreUnsupported(t *testing.T) {
	t.Parallel()
	_, err := ortwrap.TensorOf([]complex64{1i})
	require.ErrorIs(t, err, ortwrap.ErrUnsupportedValue)
	_, err = ortwrap.ScalarOf(1i)
	require.ErrorIs(t, err, ortwrap.ErrUnsupportedValue)
	_, err = ortwrap.NewNative(ortwrap.Complex64, ortwrap.NewShape(1), make([]byte, 8))
	require.ErrorIs(t, err, ortwrap.ErrInvalidValue)
	_, err = ortwrap.CreateSession(identityModel(ortwrap.Complex64))
	require.Error(t, err)
}
