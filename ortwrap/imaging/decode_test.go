package imaging_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/imaging"
)

// claim is a PNG file whose header has this size, and that ends where the pixels begin.
func claim(width, height uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	header = append(binary.BigEndian.AppendUint32(header, height), 8, 0, 0, 0, 0) // 8 bits, gray
	data := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
	return append(binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(header)), "\x00\x00\x00\x0aIDAT\x78\x9c"...)
}

func TestImagesThatClaimToBeHugeAreNotDecoded(t *testing.T) {
	t.Parallel()
	for size, want := range map[[2]uint32]string{
		{1 << 29, 1 << 29}:   "expected sides up to 65536 pixels, got 536870912x536870912",
		{100_000, 100_000}:   "expected sides up to 65536 pixels, got 100000x100000",
		{1, 65537}:           "expected sides up to 65536 pixels, got 1x65537",
		{65536, 65536}:       "expected at most 268435456 pixels, got 65536x65536",
		{1<<14 + 1, 1 << 14}: "expected at most 268435456 pixels, got 16385x16384",
	} {
		img, err := imaging.Decode(bytes.NewReader(claim(size[0], size[1])))
		require.ErrorIs(t, err, imaging.ErrImage)
		require.ErrorContains(t, err, want)
		require.Nil(t, img)
	}
}

func TestDecodeReadsWhatTheDecodersRead(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("testdata/waves.png")
	require.NoError(t, err)
	want, err := png.Decode(bytes.NewReader(whole))
	require.NoError(t, err)
	for name, r := range map[string]io.Reader{
		"bytes": bytes.NewReader(whole), "stream": iotest.OneByteReader(bytes.NewReader(whole)),
	} {
		got, err := imaging.Decode(r)
		require.NoError(t, err, name)
		require.Equal(t, want, got, name)
	}
	for quality := 1; quality <= 100; quality += 33 {
		var file bytes.Buffer
		require.NoError(t, jpeg.Encode(&file, want, &jpeg.Options{Quality: quality}))
		want, err := jpeg.Decode(bytes.NewReader(file.Bytes()))
		require.NoError(t, err)
		got, err := imaging.Decode(&file)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestTheDecodersAndTheReadersOwnErrorsComeThrough(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("testdata/waves.png")
	require.NoError(t, err)
	_, err = imaging.Decode(bytes.NewReader([]byte("no image")))
	require.ErrorIs(t, err, image.ErrFormat)
	_, err = imaging.Decode(bytes.NewReader(nil))
	require.ErrorIs(t, err, image.ErrFormat)
	for _, n := range []int{20, len(whole) - 4} { // in the header, and behind the pixels
		_, err = imaging.Decode(bytes.NewReader(whole[:n]))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		_, err = imaging.Decode(io.MultiReader(bytes.NewReader(whole[:n]), iotest.ErrReader(iotest.ErrTimeout)))
		require.ErrorIs(t, err, iotest.ErrTimeout)
	}
	_, err = imaging.Decode(bytes.NewReader(claim(3, 5)))
	require.NotErrorIs(t, err, imaging.ErrImage)
	require.ErrorContains(t, err, "decoding an image of 3x5 pixels: ")
}
