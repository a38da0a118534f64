package cuda_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

func TestFeaturesThatAreLeftOut(t *testing.T) {
	t.Parallel()
	without, err := cuda.ParseFeatures(" -nhwc,-flash-attention -llm -flash-attention", "1.23.2")
	require.NoError(t, err)
	require.Equal(t, "-flash-attention,-llm,-nhwc", without.String())
	require.Equal(t, []string{
		"onnxruntime_USE_FLASH_ATTENTION=OFF", "onnxruntime_USE_FPA_INTB_GEMM=OFF", "onnxruntime_USE_CUDA_NHWC_OPS=OFF",
	}, without.Definitions())

	all, err := cuda.ParseFeatures("-contrib,-memory-efficient-attention", "1.21.0")
	require.NoError(t, err)
	require.Equal(t, []string{"onnxruntime_USE_MEMORY_EFFICIENT_ATTENTION=OFF", "onnxruntime_DISABLE_CONTRIB_OPS=ON"}, all.Definitions())

	none, err := cuda.ParseFeatures("", "1.23")
	require.NoError(t, err)
	require.Empty(t, none.Definitions())
}

func TestUnknownFeaturesAreRefusedWithAllThatThereAre(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"-flash", "1.23"}, {"flash-attention", "1.23"}, {"-llm", "1.21.0"}} {
		_, err := cuda.ParseFeatures(c[0], c[1])
		require.ErrorContains(t, err, c[0])
		require.Contains(t, fault.Format(err), "-flash-attention,-memory-efficient-attention,")
		if c[1] == "1.21.0" {
			require.NotContains(t, fault.Format(err), "-llm,", "the older release has no such feature")
		}
	}
}

// work returns a build with some features left out.
func work(t *testing.T, line, archs, features string) cuda.Work {
	t.Helper()
	w := cuda.Work{Line: line}
	var err error
	w.Architectures, err = cuda.ParseArchitectures(archs)
	require.NoError(t, err)
	w.Without, err = cuda.ParseFeatures(features, line)
	require.NoError(t, err)
	return w
}

func TestJobsFitInMemory(t *testing.T) {
	t.Parallel()
	const gib = int64(1) << 30
	full := work(t, "1.23", "90;120", "")
	light := work(t, "1.23", "90;120", "-flash-attention,-memory-efficient-attention,-llm")
	bare := work(t, "1.23", "90;120", "-contrib")
	minimal := cuda.Work{Line: "1.23", Architectures: full.Architectures, Minimal: true}
	require.Greater(t, full.PerJob(), light.PerJob())
	require.Equal(t, light.PerJob(), bare.PerJob(), "contrib operators have all of the heavy files")
	require.Greater(t, light.PerJob(), minimal.PerJob())

	require.Equal(t, 1, full.Jobs(25*gib, 64), "two files take 13 GiB each")
	require.Equal(t, 4, full.Jobs(36*gib, 64), "memory is short")
	require.Equal(t, 2, full.Jobs(64*gib, 2), "cores are short")
	require.Equal(t, 1, full.Jobs(gib, 8), "one must run")
	require.Equal(t, 8, full.Jobs(-1, 8), "unknown memory does not count")
	full.Without = cuda.Without{cuda.LLM}
	require.Equal(t, 4, full.Jobs(23*gib, 64))

	require.NoError(t, full.TooLittleMemory(full.PerJob()))
	require.NoError(t, full.TooLittleMemory(-1))
	err := full.TooLittleMemory(3 * gib)
	require.ErrorContains(t, err, "up to 5.0 GiB, and the machine has 3.0 GiB")
	require.Contains(t, fault.Format(err), "ORT_CUDA_FEATURES=-flash-attention,-memory-efficient-attention,-llm")
	require.NoError(t, light.TooLittleMemory(3*gib))
	require.NotContains(t, fault.Format(minimal.TooLittleMemory(gib/2)), "ORT_CUDA_FEATURES")
}

// The words that are shown replace the old ones, so they have those too.
func TestTooLittleMemoryNamesWhatHelps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, without string
		gib           int64
		want          string // empty: nothing that can be left out helps
	}{
		{"1.23", "", 8, "-llm"},
		{"1.23", "-flash-attention", 8, "-flash-attention,-llm"},
		{"1.23", "-nhwc", 3, "-flash-attention,-memory-efficient-attention,-llm,-nhwc"},
		{"1.23", "-llm", 3, "-flash-attention,-memory-efficient-attention,-llm"},
		{"1.21", "", 3, "-flash-attention,-memory-efficient-attention"},
		{"1.23", "", 1, ""},
		{"1.23", "-contrib", 1, ""},
	} {
		w := work(t, c.line, "90", c.without)
		text := fault.Format(w.TooLittleMemory(c.gib << 30))
		require.Contains(t, text, "next: use a machine with more memory", "%v", c)
		if c.want == "" {
			require.NotContains(t, text, "ORT_CUDA_FEATURES", "%v", c)
			continue
		}
		require.Contains(t, text, "ORT_CUDA_FEATURES="+c.want, "%v", c)
		require.True(t, strings.HasSuffix(text, c.want), "%v: %s", c, text)
		require.NoError(t, work(t, c.line, "90", c.want).TooLittleMemory(c.gib<<30), "%v", c)
	}
}

// Those of the provider and all others, whichever of them come together.
func TestAllJobsFitInMemoryTogether(t *testing.T) {
	t.Parallel()
	const gib = int64(1) << 30
	full := work(t, "1.23", "90;120", "")                        // 13, 13, 5, 5 GiB and so on
	minimal := cuda.Work{Line: "1.23", Minimal: true}            // 1 GiB each
	require.Equal(t, 3, full.Jobs(33*gib, 16))                   // in all of the memory
	require.Equal(t, 3, full.AllJobs(31*gib, 16, 3, 2*gib))      // 13+13+5
	require.Equal(t, 4, full.AllJobs(33*gib, 16, 3, 2*gib))      // and 2
	require.Equal(t, 2, full.AllJobs(28*gib, 16, 3, 2*gib))      // less is free than there is: not all of the provider's fit
	require.Equal(t, 1, full.AllJobs(5*gib, 16, 3, 2*gib))       // one must run
	require.Equal(t, 2, full.AllJobs(64*gib, 2, 2, 2*gib))       // cores are short
	require.Equal(t, 1, minimal.AllJobs(3*gib, 4, 4, 2*gib))     // the others need more
	require.Equal(t, 12, minimal.AllJobs(24*gib, 99, 99, 2*gib)) // so many of them as without the provider
}

func TestEstimatesGrowWithTheWork(t *testing.T) {
	t.Parallel()
	full := work(t, "1.23", "90;120", "")
	require.Greater(t, full.Estimate(2), work(t, "1.23", "90", "").Estimate(2))
	require.Greater(t, full.Estimate(2), work(t, "1.23", "90;120", "-flash-attention").Estimate(2))
	require.Greater(t, full.Estimate(2), work(t, "1.21", "90;120", "").Estimate(2))
	require.Greater(t, full.Estimate(2), full.Estimate(4))
	require.Equal(t, full.Estimate(1), full.Estimate(0))
	minimal := cuda.Work{Line: "1.23", Architectures: full.Architectures, Minimal: true}
	require.Less(t, minimal.Estimate(2), full.Estimate(2)/4)
}

// The CPU time of a whole build without fpA_intB for one architecture.
func TestEstimatesAreNearWhatWasMeasured(t *testing.T) {
	t.Parallel()
	const measured = 13_500 * time.Second
	require.InDelta(t, measured, work(t, "1.23", "90-real", "-llm").Estimate(1), float64(measured/4))
}

func TestAboutPromisesNoMoreThanItKnows(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		time.Minute: "about 10 min", 44 * time.Minute: "about 40 min", 85 * time.Minute: "about 90 min",
		90 * time.Minute: "about 2 h", 3*time.Hour + 20*time.Minute: "about 3 h",
	} {
		require.Equal(t, want, cuda.About(d))
	}
}
