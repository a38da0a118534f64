package feed_test

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/feed"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
)

// picture is a file with an image of 2 columns and 1 row: red, and the colour 51, 102, 255.
func picture(t *testing.T, name string) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 2, 1))
	img.Set(0, 0, color.RGBA{R: 255, A: 255})
	img.Set(1, 0, color.RGBA{R: 51, G: 102, B: 255, A: 255})
	path := filepath.Join(t.TempDir(), name)
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	if filepath.Ext(name) == ".png" {
		require.NoError(t, png.Encode(file, img))
	} else {
		require.NoError(t, jpeg.Encode(file, img, nil))
	}
	return path
}

func TestImagesTakeTheShapeOfTheModel(t *testing.T) {
	t.Parallel()
	path := picture(t, "x.png")
	planes := []float32{1, 0.2, 0, 0.4, 0, 1}
	for _, c := range []struct {
		name   string
		shape  ortwrap.Shape
		images feed.Images
		want   ortwrap.Shape
		data   []float32
	}{
		{"planes", ortwrap.Shape{-1, 3, -1, -1}, feed.Images{}, ortwrap.Shape{1, 3, 1, 2}, planes},
		{"pixels", ortwrap.Shape{1, -1, -1, 3}, feed.Images{}, ortwrap.Shape{1, 1, 2, 3}, []float32{1, 0, 0, 0.2, 0.4, 1}},
		{
			"layout by flag",
			ortwrap.Shape{-1, -1, -1, -1},
			feed.Images{Layout: "nhwc"},
			ortwrap.Shape{1, 1, 2, 3},
			[]float32{1, 0, 0, 0.2, 0.4, 1},
		},
		{"one image", ortwrap.Shape{3, 1, 2}, feed.Images{}, ortwrap.Shape{3, 1, 2}, planes},
		{"nothing known", ortwrap.Shape{-1, -1, -1, -1}, feed.Images{}, ortwrap.Shape{1, 3, 1, 2}, planes},
		{
			"mean and deviation",
			ortwrap.Shape{1, 3, 1, 2},
			feed.Images{Mean: []float32{0.5}, Std: []float32{0.5, 0.25, 1}},
			ortwrap.Shape{1, 3, 1, 2},
			[]float32{1, -0.6, -2, -0.4, -0.5, 0.5},
		},
		{
			"size of the model",
			ortwrap.Shape{1, 3, 2, 2},
			feed.Images{},
			ortwrap.Shape{1, 3, 2, 2},
			[]float32{1, 0.2, 1, 0.2, 0, 0.4, 0, 0.4, 0, 1, 0, 1},
		},
		{
			"size by flag",
			ortwrap.Shape{1, 3, -1, -1},
			feed.Images{Width: 2, Height: 2},
			ortwrap.Shape{1, 3, 2, 2},
			[]float32{1, 0.2, 1, 0.2, 0, 0.4, 0, 0.4, 0, 1, 0, 1},
		},
		{"grey", ortwrap.Shape{1, 1, 1, 2}, feed.Images{}, ortwrap.Shape{1, 1, 1, 2}, []float32{0.298, 0.408}},
		{"all in a row", ortwrap.Shape{-1, 2}, feed.Images{}, ortwrap.Shape{1, 2}, []float32{0.298, 0.408}},
		{"colours in a row", ortwrap.Shape{-1, 6}, feed.Images{Width: 2, Height: 1}, ortwrap.Shape{1, 6}, planes},
	} {
		info := ortwrap.Info{Name: "x", Kind: ortwrap.KindTensor, Type: ortwrap.Float32, Shape: c.shape}
		values, err := feed.Read([]ortwrap.Info{info}, []string{"x=" + path}, c.images)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, values["x"].GetShape(), c.name)
		got, err := ortwrap.Elements[float32](values["x"])
		require.NoError(t, err)
		require.InDeltaSlice(t, c.data, got, 0.01, c.name)
		require.NoError(t, values["x"].Destroy())
	}
}

func TestImagesTakeTheTypeOfTheModel(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"x.png", "x.jpeg", "x.JPG"} {
		path := picture(t, name)
		for _, element := range []ortwrap.ElementType{
			ortwrap.Float16, ortwrap.BFloat16, ortwrap.Float32, ortwrap.Float64, ortwrap.Uint8,
		} {
			info := ortwrap.Info{Name: "x", Kind: ortwrap.KindTensor, Type: element, Shape: ortwrap.Shape{1, 3, 1, 2}}
			values, err := feed.Read([]ortwrap.Info{info}, []string{path}, feed.Images{})
			require.NoError(t, err)
			require.Equal(t, element, ortwrap.ElementType(values["x"].DataType()))
			numbers, err := ortwrap.Float64s(values["x"])
			require.NoError(t, err)
			white := 1.0
			if element == ortwrap.Uint8 {
				white = 255
			}
			require.InDelta(t, white, numbers[5], white/2, "the blue of the second pixel")
			require.NoError(t, values["x"].Destroy())
		}
	}
}

func TestUnusableImagesAndSettingsAreErrors(t *testing.T) {
	t.Parallel()
	path := picture(t, "x.png")
	info := ortwrap.Info{Name: "x", Kind: ortwrap.KindTensor, Type: ortwrap.Uint8, Shape: ortwrap.Shape{1, 3, 1, 2}}
	for want, images := range map[string]feed.Images{
		"--std has a 0":                 {Std: []float32{1, 0, 1}},
		"--mean has 2 numbers":          {Mean: []float32{1, 2}},
		`layout "chw": expected nchw`:   {Layout: "chw"},
		"--mean and --std are not for":  {Std: []float32{1}},
		"--width and --height can't be": {Width: -1, Height: 2},
	} {
		_, err := feed.Read([]ortwrap.Info{info}, []string{path}, images)
		require.ErrorContains(t, err, want)
	}
	info.Type = ortwrap.Int64
	_, err := feed.Read([]ortwrap.Info{info}, []string{path}, feed.Images{})
	require.ErrorIs(t, err, ortwrap.ErrUnsupportedValue)
	_, err = feed.Read([]ortwrap.Info{info}, []string{"no.png"}, feed.Images{})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// An image comes from anybody: what its header claims must not end the program.
func TestAnImageThatClaimsToBeHugeIsAnError(t *testing.T) {
	t.Parallel()
	for name, size := range map[string][2]uint32{"no slice": {1 << 29, 1 << 29}, "no memory": {100_000, 100_000}} {
		header := binary.BigEndian.AppendUint32([]byte("IHDR"), size[0])
		header = append(binary.BigEndian.AppendUint32(header, size[1]), 8, 2, 0, 0, 0) // 8 bits, RGB
		data := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
		data = append(binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(header)), "\x00\x00\x00\x0aIDAT\x78\x9c"...)
		path := filepath.Join(t.TempDir(), "x.png")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		_, err := feed.Read([]ortwrap.Info{input("x", ortwrap.Float32, 1, 3, 2, 2)}, []string{path}, feed.Images{})
		require.ErrorIs(t, err, imaging.ErrImage, name)
	}
}
