package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// maxText is how large an array of strings is written, in bytes: each string takes as much as the longest.
const maxText = 1<<31 - 1

// texts reads strings, all of the same length: of bytes ('S') or of code points ('U', four bytes each). NumPy fills
// shorter ones with zeros at their end.
func texts(a array, kind byte, length int, foreign bool) (ortwrap.Value, error) {
	decode, width := decodeBytes, int64(length)
	if kind == 'U' {
		decode, width = decodePoints, 4*int64(length)
	}
	raw, err := data[byte](a, width)
	if err != nil {
		return nil, err
	}
	if kind == 'U' && foreign {
		for b := range slices.Chunk(raw, 4) {
			slices.Reverse(b)
		}
	}
	list := make([]string, 0, a.count)
	for b := range slices.Chunk(raw, int(width)) {
		text, err := decode(b)
		if err != nil {
			return nil, fmt.Errorf("string %d: %w", len(list), err)
		}
		list = append(list, text)
	}
	return value(a, list)
}

func decodeBytes(b []byte) (string, error) { return string(bytes.TrimRight(b, "\x00")), nil }

func decodePoints(b []byte) (string, error) {
	var text []byte
	for ; len(b) > 0; b = b[4:] {
		r := binary.NativeEndian.Uint32(b)
		if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
			return "", fmt.Errorf("%w: %#x is no character of Unicode", ErrFormat, r)
		}
		text = utf8.AppendRune(text, rune(r))
	}
	return decodeBytes(text)
}

// encodePoints turns strings into code points, as many for each as the longest has, and at least one.
func encodePoints(list []string) (points []rune, length int, err error) {
	length = 1
	for i, text := range list {
		switch {
		case !utf8.ValidString(text):
			return nil, 0, fmt.Errorf("%w: string %d is not UTF-8: %.40q", ErrUnsupported, i, text)
		case strings.HasSuffix(text, "\x00"):
			return nil, 0, fmt.Errorf("%w: string %d ends with a zero, which NumPy drops: %.40q",
				ErrUnsupported, i, text)
		}
		length = max(length, utf8.RuneCountInString(text))
	}
	if 4*length > maxText/max(len(list), 1) {
		return nil, 0, fmt.Errorf("%w: %d strings, as long as the longest, of %d characters, take more than %d bytes",
			ErrUnsupported, len(list), length, maxText)
	}
	points = make([]rune, len(list)*length)
	for i, text := range list {
		copy(points[i*length:], []rune(text))
	}
	return points, length, nil
}
