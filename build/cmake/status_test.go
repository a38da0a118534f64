package cmake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
)

func TestParseStatus(t *testing.T) {
	t.Parallel()
	done, total, ok := cmake.ParseStatus("[ninja 12/385] Building CXX object a.o")
	require.True(t, ok)
	require.Equal(t, []int{12, 385}, []int{done, total})

	for _, line := range []string{
		"", "[12/385] Building", "[ninja 12/385]", "[ninja 12/385", "[ninja /3] x", "[ninja 1/] x", "[ninja 4/3] x",
		"[ninja +1/3] x", "[ninja -1/3] x", "[ninja 1/2/3] x", " [ninja 1/3] x", "[ninja 99999999999/99999999999] x",
	} {
		_, _, ok := cmake.ParseStatus(line)
		require.False(t, ok, "%q", line)
	}
}

func FuzzParseStatus(f *testing.F) {
	for _, line := range []string{"[ninja 1/2] x", "[ninja 0/0] ", "[ninja 1/2]", "[1/2] x", "FAILED: a.o"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		done, total, ok := cmake.ParseStatus(line)
		if !ok {
			require.Zero(t, done+total)
			return
		}
		require.True(t, 0 <= done && done <= total, "%d/%d", done, total)
		_, rest, _ := strings.Cut(line, "] ")
		again, of, ok := cmake.ParseStatus(fmt.Sprintf("[ninja %d/%d] %s", done, total, rest))
		require.True(t, ok)
		require.Equal(t, []int{done, total}, []int{again, of})
	})
}
