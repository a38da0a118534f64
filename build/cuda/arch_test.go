package cuda_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

func TestArchitecturesInTheWordsOfEveryReader(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ text, cmake, cmake121, code, code121 string }{
		cuda.DefaultArchitectures: {
			"9.0 12.0 12.0+PTX", "90-real 120-real 120-virtual", "90-real 120-real 120-virtual",
			"sm_90a sm_120a compute_120", "sm_90 sm_120 compute_120",
		},
		"120, 9.0": {
			"9.0 12.0 12.0+PTX", "90-real 120-real 120-virtual", "90-real 120-real 120-virtual",
			"sm_90a sm_120a compute_120", "sm_90 sm_120 compute_120",
		},
		"90a":     {"9.0 9.0+PTX", "90-real 90-virtual", "90a-real 90-virtual", "sm_90a compute_90", "sm_90a compute_90"},
		"120+PTX": {"12.0 12.0+PTX", "120-real 120-virtual", "120-real 120-virtual", "sm_120a compute_120", "sm_120 compute_120"},
		"90-real;120-real;120-virtual": {
			"9.0 12.0 12.0+PTX", "90-real 120-real 120-virtual", "90-real 120-real 120-virtual",
			"sm_90a sm_120a compute_120", "sm_90 sm_120 compute_120",
		},
		"8.6-real 89-real": {"8.6 8.9", "86-real 89-real", "86-real 89-real", "sm_86 sm_89", "sm_86 sm_89"},
		"80+ptx;121":       {"8.0 12.1 8.0+PTX", "80-real 121-real 80-virtual", "80-real 121-real 80-virtual", "sm_80 sm_121 compute_80", "sm_80 sm_121 compute_80"},
	} {
		archs, err := cuda.ParseArchitectures(text)
		require.NoError(t, err, text)
		require.Equal(t, want.text, archs.String(), text)
		require.Equal(t, want.cmake, strings.Join(archs.CMake("1.23.2"), " "), text)
		require.Equal(t, want.cmake121, strings.Join(archs.CMake("1.21.0"), " "), text)
		require.Equal(t, want.code, strings.Join(archs.Code("1.23"), " "), text)
		require.Equal(t, want.code121, strings.Join(archs.Code("1.21"), " "), text)

		again, err := cuda.ParseArchitectures(strings.Join(archs.CMake("1.21"), ";"))
		require.NoError(t, err, "CMake's own words can be read")
		require.Equal(t, archs.String(), again.String())
	}
}

func TestCapabilitiesTellWhatRunsOnOneChipAlone(t *testing.T) {
	t.Parallel()
	archs, err := cuda.ParseArchitectures("86;90a;120")
	require.NoError(t, err)
	require.Equal(t, "8.6 9.0a 12.0a 12.0+PTX", archs.Capabilities("1.23.2"))
	require.Equal(t, "8.6 9.0a 12.0 12.0+PTX", archs.Capabilities("1.21.0"))
}

func TestListsOfArchitecturesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for text, why := range map[string]string{
		"":                      "the list is empty",
		" ; ,":                  "the list is empty",
		"90;ninety":             `"ninety" is not an architecture`,
		"9":                     `"9" is not an architecture`,
		"090":                   `"090" is not an architecture`,
		"1200000":               `"1200000" is not an architecture`,
		"sm_90":                 `"sm_90" is not an architecture`,
		"9.00":                  `"9.00" is not a compute capability`,
		"120f":                  `"120f" is not an architecture`,
		"90+SASS":               `"90+SASS" is not an architecture`,
		"native":                `"native" is not an architecture`,
		"90;9.0":                "9.0 is listed twice",
		"90;90a":                "9.0 is listed twice",
		"120;120+PTX":           "12.0 is listed twice",
		"120-virtual":           "no machine code",
		"90a-virtual":           "runs on no other; write 90+PTX",
		"90a+PTX":               "runs on no other; write 90+PTX",
		"90;90-virtual;120+PTX": "more than one architecture",
	} {
		_, err := cuda.ParseArchitectures(text)
		require.ErrorContains(t, err, why, "%q", text)
		require.Contains(t, fault.Format(err), "next: set ORT_CUDA_ARCHS to", "%q", text)
	}
}

func FuzzParseArchitectures(f *testing.F) {
	f.Add("90;120")
	f.Add("9.0a,12.0+PTX 80-virtual")
	f.Fuzz(func(t *testing.T, text string) {
		archs, err := cuda.ParseArchitectures(text)
		if err != nil {
			return
		}
		again, err := cuda.ParseArchitectures(strings.Join(archs.CMake("1.21"), " "))
		require.NoError(t, err)
		require.Equal(t, archs, again)
	})
}
