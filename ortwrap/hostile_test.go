package ortwrap_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// alive is alone for libraries of this project's store, which have the patches that keep ORT from ending the process.
func alive(t *testing.T) bool {
	t.Helper()
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	if build.StoreKey == "" {
		t.Skip("another's library of ONNX Runtime ends the process")
	}
	return alone(t)
}

func hostile(name string) string {
	return filepath.Join("testdata", "hostile", name+".onnx")
}

func TestHostileModelsAreErrorsWhenOpened(t *testing.T) {
	t.Parallel()
	const zero, stride, dilation = "integer division by zero", "strides must be positive", "dilations must be positive"
	const address = "refers to an address in memory"
	for name, text := range map[string]string{
		"div_constant_int32": zero, "div_constant_int64": zero, "div_constant_uint8": zero,
		"mod_constant_int32": zero, "mod_constant_int64": zero, "mod_constant_uint8": zero,
		"conv_stride": stride, "convtranspose_stride": stride, "maxpool_stride": stride,
		"averagepool_stride": stride, "lppool_stride": stride, "maxpool_old": stride,
		"conv_shapeless": stride, "convtranspose_shapeless": stride, "maxpool_shapeless": stride,
		"averagepool_shapeless": stride, "lppool_shapeless": stride,
		"conv_dilation": dilation, "convtranspose_dilation": dilation, "maxpool_dilation": dilation,
		"conv_group": "group must be positive", "convtranspose_group": "group must be positive",
		"maxpool_pads": "pads must have two values",
		"depth_square": "blocksize must be positive and fit", "depth_zero": "locksize must be positive",
		"split_zero": "", "sequence_zero": "Input 'split' must be positive",
		"address_initializer": address, "address_constant": address, "address_branch": address,
	} {
		t.Run(name, func(t *testing.T) {
			if !alive(t) {
				return
			}
			session, err := ortwrap.CreateSession(hostile(name))
			if err == nil && text == "" { // it can be seen only in the input
				x := newTensor[float32](t, ortwrap.NewShape(0, 1))
				_, err = session.Run(t.Context(), x)
				text = "num_outputs must be positive"
			}
			require.ErrorContains(t, err, text)
			_, err = ortwrap.NewSession().FromMemory(read(t, filepath.Join("hostile", name+".onnx"))).Open()
			require.True(t, err != nil || name == "split_zero", "opened from memory")
		})
	}
}

// divide runs a model of testdata/hostile that divides integers.
func divide[T int32 | int64 | uint8](t *testing.T, model string, x, by []T) ([]T, error) {
	t.Helper()
	session := openPath(t, hostile(model))
	inputs := []ortwrap.Value{
		newTensor(t, ortwrap.NewShape(int64(len(x))), x...), newTensor(t, ortwrap.NewShape(int64(len(by))), by...),
	}
	outputs, err := session.Run(t.Context(), inputs...)
	if err != nil {
		return nil, err
	}
	quotients, err := ortwrap.Elements[T](own(t, outputs[0], nil))
	require.NoError(t, err)
	return quotients, nil
}

func TestDivisionsWithoutAResultAreErrors(t *testing.T) {
	t.Parallel()
	const zero, overflow = "integer division by zero", "integer overflow"
	large, last := make([]int64, 1<<18), make([]int64, 1<<18) // enough for several threads
	for i := range last {
		large[i], last[i] = int64(i), 7
	}
	last[len(last)-1] = 0
	for name, run := range map[string]func(t *testing.T) (string, error){
		"elements": func(t *testing.T) (string, error) {
			_, err := divide(t, "div_int64", []int64{4, 4}, []int64{2, 0})
			return zero, err
		},
		"scalar": func(t *testing.T) (string, error) {
			_, err := divide(t, "div_int32", []int32{4, 2}, []int32{0})
			return zero, err
		},
		"scalar dividend": func(t *testing.T) (string, error) {
			_, err := divide(t, "div_uint8", []uint8{4}, []uint8{2, 1, 0})
			return zero, err
		},
		"threads": func(t *testing.T) (string, error) {
			_, err := divide(t, "div_int64", large, last)
			return zero, err
		},
		"remainder": func(t *testing.T) (string, error) {
			_, err := divide(t, "mod_int64", []int64{4, 4}, []int64{2, 0})
			return zero, err
		},
		"remainder by scalar": func(t *testing.T) (string, error) {
			_, err := divide(t, "mod_uint8", []uint8{4, 4}, []uint8{0})
			return zero, err
		},
		"overflow": func(t *testing.T) (string, error) {
			_, err := divide(t, "div_int64", []int64{1, math.MinInt64}, []int64{-1, -1})
			return overflow, err
		},
		"overflow by scalar": func(t *testing.T) (string, error) {
			_, err := divide(t, "div_int32", []int32{1, math.MinInt32}, []int32{-1})
			return overflow, err
		},
		"overflow of scalar": func(t *testing.T) (string, error) {
			_, err := divide(t, "div_int32", []int32{math.MinInt32}, []int32{2, -1})
			return overflow, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if alive(t) {
				text, err := run(t)
				require.ErrorContains(t, err, text)
			}
		})
	}
}

func TestOtherDivisionsHaveTheirResults(t *testing.T) {
	if !alive(t) {
		return
	}
	quotients, err := divide(t, "div_int64", []int64{-7, math.MinInt64, 5}, []int64{2, 2, -1})
	require.NoError(t, err)
	require.Equal(t, []int64{-3, math.MinInt64 / 2, -5}, quotients)
	quotients, err = divide(t, "div_int64", []int64{math.MinInt64, 8}, []int64{4, -1}) // -1 is not for the smallest
	require.NoError(t, err)
	require.Equal(t, []int64{math.MinInt64 / 4, -8}, quotients)
	small, err := divide(t, "div_int32", []int32{math.MinInt32 + 1, 9}, []int32{-1})
	require.NoError(t, err)
	require.Equal(t, []int32{math.MaxInt32, -9}, small)
	remainders, err := divide(t, "mod_int64", []int64{math.MinInt64, -7, 7, 7}, []int64{-1, 3, -3, -1})
	require.NoError(t, err)
	require.Equal(t, []int64{0, 2, -2, 0}, remainders) // of the divisor's sign
	bytes, err := divide(t, "mod_uint8", []uint8{255, 7}, []uint8{16})
	require.NoError(t, err)
	require.Equal(t, []uint8{15, 7}, bytes)
	for _, model := range []string{"div_int64", "mod_int64"} {
		none, err := divide(t, model, nil, []int64{0}) // nothing is divided
		require.NoError(t, err)
		require.Empty(t, none)
	}
}
