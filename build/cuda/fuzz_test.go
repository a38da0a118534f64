package cuda_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
)

// FuzzWords reads what people and NVIDIA's programs and headers say. What is taken is written again as it was.
func FuzzWords(f *testing.F) {
	for _, text := range []string{
		"12.9", "013.1", "-flash-attention,-llm", "-contrib -contrib", "Cuda compilation tools, release 13.0, V13.0.88",
		"#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 13\n#define CUDNN_PATCHLEVEL 0\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := cuda.ParseVersion(text); err == nil {
			again, err := cuda.ParseVersion(v.String())
			require.NoError(t, err)
			require.Equal(t, v, again)
		}
		for _, line := range []string{"1.21", "1.23"} {
			without, err := cuda.ParseFeatures(text, line)
			if err != nil {
				continue
			}
			again, err := cuda.ParseFeatures(without.String(), line)
			require.NoError(t, err)
			require.Equal(t, without, again)
		}
		if v, full, err := cuda.ParseNVCC(text); err == nil {
			require.Contains(t, text, full)
			require.Less(t, v.Major, 1000)
		}
		if version, err := cuda.ParseCUDNN(text); err == nil {
			require.Regexp(t, `^\d+\.\d+\.\d+$`, version)
		}
	})
}
