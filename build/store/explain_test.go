package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

func TestExplainSaysWhatChanged(t *testing.T) {
	t.Parallel()
	sum := "sha256:" + strings.Repeat("ab", 32)
	other := "sha256:" + strings.Repeat("cd", 32)
	twin := sum[:len(sum)-1] + "c" // looks the same when cut short
	before, err := store.NewKey(1, []store.Fact{
		{"input", "onnx", sum},
		{"input", "twin", sum},
		{"option", "A", "ON"},
		{"option", "C", "OFF"},
		{"option", "E", ""},
		{"tool", "cxx", "12.2.0"},
		{"tool", "same", "1"},
	})
	require.NoError(t, err)
	after, err := store.NewKey(2, []store.Fact{
		{"input", "onnx", other},
		{"input", "twin", twin},
		{"option", "A", "ON"},
		{"option", "B", "ON"},
		{"option", "E", "1"},
		{"tool", "cxx", "13.3.0"},
		{"tool", "same", "1"},
		{"zlib", "z", sum},
	})
	require.NoError(t, err)

	diff := store.Explain(before, after)
	require.Equal(t, []string{
		"schema: 1 → 2",
		"input onnx: sha256:abababababab… → sha256:cdcdcdcdcdcd…",
		"input twin: " + sum + " → " + twin,
		"option B: new, ON",
		"option C: gone, was OFF",
		`option E: "" → 1`,
		"tool cxx: 12.2.0 → 13.3.0",
		"zlib z: new, sha256:abababababab…",
	}, strings.Split(diff.String(), "\n"))
	require.Nil(t, diff[3].Old)
	require.Equal(t, "ON", *diff[3].New)
	require.Nil(t, diff[4].New)
}

func TestExplainOfEqualKeysIsEmpty(t *testing.T) {
	t.Parallel()
	require.Empty(t, store.Explain(keyOf(t, "a"), keyOf(t, "a")))
	require.Empty(t, store.Explain(store.Key{}, store.Key{}).String())
}
