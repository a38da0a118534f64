package conformance_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
)

func TestFolderAndArchivesHoldTheSameCases(t *testing.T) {
	t.Parallel()
	files := files(t)
	want, err := conformance.Load(folder(t, files))
	require.NoError(t, err)
	require.Len(t, want, 4)
	require.Equal(t, "test_digit", want[0].Name)
	require.Len(t, want[0].Sets, 1)
	require.Len(t, want[0].Sets[0].Inputs, 1)
	require.Len(t, want[3].Sets, 2)

	sources := t.TempDir()
	nodes := filepath.Join(sources, "onnx", "backend", "test", "data")
	require.NoError(t, os.MkdirAll(nodes, 0o700))
	require.NoError(t, os.CopyFS(filepath.Join(nodes, "node"), os.DirFS(folder(t, files))))
	for _, path := range []string{tarball(t, files), zipFile(t, files), sources} {
		got, err := conformance.Load(path)
		require.NoError(t, err)
		require.Equal(t, want, got, "%s", path)
	}
}

func TestIncompleteTestDataAreErrors(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"test_digit/model.onnx":                  `case "test_digit" lacks`,
		"test_digit/test_data_set_0/output_0.pb": `case "test_digit" lacks`,
		"test_wrong/test_data_set_0/output_0.pb": `case "test_wrong" lacks`,
	} {
		files := maps.Clone(files(t))
		delete(files, name)
		_, err := conformance.Load(tarball(t, files))
		require.ErrorContains(t, err, want)
	}
	good, err := os.ReadFile(tarball(t, files(t)))
	require.NoError(t, err)
	for path, want := range map[string]string{
		filepath.Join(t.TempDir(), "missing"):              "no such file",
		t.TempDir():                                        "there are none",
		tarball(t, nil):                                    "there are none",
		write(t, "short", []byte("ab")):                    "EOF",
		write(t, "text", []byte("neither")):                "neither a folder nor",
		write(t, "cut.tar.gz", good[:len(good)/2]):         "unexpected EOF",
		write(t, "cut.zip", []byte("PK\x03\x04 and more")): "not a valid zip file",
	} {
		_, err := conformance.Load(path)
		require.ErrorContains(t, err, want, "%s", path)
	}
}
