package imaging_test

import (
	"image"
	_ "image/png"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

func TestSizesAndGrayComeCloseToPIL(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/waves.png")
	require.NoError(t, err)
	defer f.Close()
	img, err := imaging.Decode(f)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		o   imaging.Options
		off float64
	}{
		"down": {imaging.Options{Width: 13, Height: 7, Layout: imaging.NHWC, Scale: 1}, 1},
		"up":   {imaging.Options{Width: 64, Height: 64, Layout: imaging.NHWC, Scale: 1}, 1},
		"gray": {imaging.Options{Order: imaging.Gray, Scale: 1}, 0},
	} {
		v, err := npy.ReadFile("testdata/" + name + ".npy")
		require.NoError(t, err)
		defer v.Destroy()
		want := v.(*ortwrap.Tensor[uint8]).GetData()
		got, _, err := imaging.Pixels([]image.Image{img}, c.o)
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for i := range want {
			require.InDelta(t, want[i], got[i], c.off, "%s: element %d", name, i)
		}
	}
}
