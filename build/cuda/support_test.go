package cuda_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// known is what nvcc 12.4 tells of itself, in short.
var known = []string{"compute_80", "compute_90", "sm_80", "sm_90"}

func TestSupported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line    string
		toolkit cuda.Toolkit
		cudnn   string
		archs   string
		gcc     int
		why     string // empty: it is supported
		hint    string
	}{
		"the default":               {line: "1.23.2", toolkit: at(12, 9), cudnn: "9.13.0", archs: "90;120", gcc: 14},
		"the backport":              {line: "1.23", toolkit: at(13, 0), cudnn: "9.13.0", archs: "90;120", gcc: 15},
		"the older release":         {line: "1.21.0", toolkit: at(12, 4), cudnn: "9.0.0", archs: "90", gcc: 12},
		"a minimal build":           {line: "1.23", toolkit: at(12, 8), archs: "120", gcc: 14},
		"a compiler that is no GCC": {line: "1.23", toolkit: at(12, 4), archs: "90"},
		"what nvcc knows":           {line: "1.23", toolkit: cuda.Toolkit{Version: cuda.Version{Major: 12, Minor: 4}, Known: known}, archs: "80;90a"},

		"a toolkit that is too old": {
			line: "1.23", toolkit: at(12, 2), archs: "90", hint: "set ORT_CUDA_HOME",
			why: "ONNX Runtime 1.23 is built with CUDA 12.4, 12.8, 12.9, 13.0 and no other",
		},
		"a toolkit between two that fit":      {line: "1.23", toolkit: at(12, 6), archs: "90", why: "and no other", hint: "ORT_CUDA_VERSION"},
		"a toolkit that is too new":           {line: "1.23", toolkit: at(13, 1), archs: "90", why: "and no other", hint: "ORT_CUDA_VERSION"},
		"CUDA 13 without a backport":          {line: "1.21.0", toolkit: at(13, 0), archs: "90", why: "ONNX Runtime 1.21.0 is built with CUDA 12.4 and no other", hint: "ORT_CUDA_HOME"},
		"a toolkit for another release":       {line: "1.21.0", toolkit: at(12, 9), archs: "90", why: "CUDA 12.4", hint: "ORT_CUDA_HOME"},
		"a release that nobody looked at":     {line: "1.24.1", toolkit: at(12, 4), archs: "120", why: "no toolkit is known", hint: "build 1.23 or 1.21"},
		"Blackwell with an older toolkit":     {line: "1.23", toolkit: at(12, 4), archs: "90;120", why: "it does not know architecture 120", hint: "use CUDA 12.8 or newer"},
		"Volta with a newer toolkit":          {line: "1.23", toolkit: at(13, 0), archs: "70", why: "it does not know architecture 70", hint: "use CUDA 12.9 or older"},
		"what nvcc says that it knows":        {line: "1.23", toolkit: cuda.Toolkit{Version: cuda.Version{Major: 12, Minor: 4}, Known: known}, archs: "120", why: "it does not know architecture 120: it knows 80 90", hint: "12.8 or newer"},
		"PTX that nvcc does not know":         {line: "1.23", toolkit: cuda.Toolkit{Version: cuda.Version{Major: 12, Minor: 4}, Known: known}, archs: "90;89-virtual", why: "architecture 89", hint: "ORT_CUDA_ARCHS"},
		"a host compiler that is too new":     {line: "1.23", toolkit: at(12, 4), archs: "90", gcc: 14, why: "its nvcc takes GCC up to 13, and the compiler is GCC 14", hint: "gcc-13 and g++-13"},
		"the next host compiler":              {line: "1.23", toolkit: at(13, 0), archs: "90", gcc: 16, why: "GCC up to 15", hint: "g++-15"},
		"cuDNN 8":                             {line: "1.23", toolkit: at(12, 9), cudnn: "8.9.7", archs: "90", why: "only cuDNN 9 is supported", hint: "ORT_CUDNN_HOME"},
		"cuDNN 10":                            {line: "1.23", toolkit: at(12, 9), cudnn: "10.1.0", archs: "90", why: "only cuDNN 9 is supported", hint: "ORT_CUDNN_HOME"},
		"a cuDNN that is older than CUDA 13":  {line: "1.23", toolkit: at(13, 0), cudnn: "9.11.0", archs: "90", why: "CUDA 13.0 needs cuDNN 9.12.0", hint: "newer"},
		"a cuDNN that is older than the chip": {line: "1.23", toolkit: at(12, 9), cudnn: "9.5.1", archs: "120", why: "need cuDNN 9.7.0", hint: "newer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archs, err := cuda.ParseArchitectures(c.archs)
			require.NoError(t, err)
			err = cuda.Supported(c.line, c.toolkit, cuda.CUDNN{Version: c.cudnn}, archs, c.gcc)
			if c.why == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.why)
			var f *fault.Error
			require.ErrorAs(t, err, &f)
			require.Contains(t, f.Hint, c.hint)
		})
	}
}

// Of 1.21 no toolkit that knows Blackwell is taken, so none is advised.
func TestAToolkitThatWouldBeRefusedIsNotAdvised(t *testing.T) {
	t.Parallel()
	archs, err := cuda.ParseArchitectures("120")
	require.NoError(t, err)
	var f *fault.Error
	require.ErrorAs(t, cuda.Supported("1.21.0", at(12, 4), cuda.CUDNN{}, archs, 12), &f)
	require.Equal(t, "set ORT_CUDA_ARCHS to what it knows", f.Hint)
}

func at(major, minor int) cuda.Toolkit {
	return cuda.Toolkit{Version: cuda.Version{Major: major, Minor: minor}}
}

func TestHostCeilings(t *testing.T) {
	t.Parallel()
	for v, want := range map[cuda.Version]int{{12, 4}: 13, {12, 8}: 14, {12, 9}: 14, {13, 0}: 15} {
		require.Equal(t, want, cuda.HostCeiling(v), v)
	}
}

func TestParseVersion(t *testing.T) {
	t.Parallel()
	v, err := cuda.ParseVersion("12.9")
	require.NoError(t, err)
	require.Equal(t, cuda.Version{Major: 12, Minor: 9}, v)
	for _, text := range []string{"", "12", "12.9.1", "v12.9", "12.x", "1e3.2"} {
		_, err := cuda.ParseVersion(text)
		require.ErrorContains(t, err, "12.9", text)
		require.Contains(t, fault.Format(err), "ORT_CUDA_VERSION")
	}
}
