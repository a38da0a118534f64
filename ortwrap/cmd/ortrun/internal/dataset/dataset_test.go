package dataset_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/dataset"
)

// folder has the files with the content in hexadecimal places; spaces are for the reader.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		data, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	return dir
}

func tensorInfo(name string, element ortwrap.ElementType) ortwrap.Info {
	return ortwrap.Info{Name: name, Kind: ortwrap.KindTensor, Type: element}
}

func TestASetHasValuesOfEveryKind(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"input_0.pb":  "0802 1001 4a08 0000803f 000000c0",          // float32[2]: 1, -2
		"input_1.pb":  "1008 3202 6869",                            // string: "hi"
		"input_2.pb":  "0802 1004 4a04 803f 20c0",                  // numpy's uint16 for bfloat16[2]: 1, -2.5
		"output_0.pb": "1001 1a0e 0801 1007 4a08 0500000000000000", // one int64[1]: 5
		"output_1.pb": "",                                          // optional without content
		"output_2.pb": "0801 1008 3202 6869",                       // string[1]
	})
	inputs := []ortwrap.Info{
		tensorInfo("a", ortwrap.Float32), tensorInfo("b", ortwrap.String), tensorInfo("c", ortwrap.BFloat16),
	}
	outputs := []ortwrap.Info{
		{Name: "d", Kind: ortwrap.KindSequence}, {Name: "e", Kind: ortwrap.KindOptional}, tensorInfo("f", ortwrap.String),
	}
	folders, err := dataset.Folders(dir)
	require.NoError(t, err)
	require.Equal(t, []string{dir}, folders)
	set, err := dataset.Read(dir, inputs, outputs)
	require.NoError(t, err)
	defer set.Destroy()
	a, err := ortwrap.Elements[float32](set.Inputs["a"])
	require.NoError(t, err)
	require.Equal(t, []float32{1, -2}, a)
	b, err := ortwrap.Elements[string](set.Inputs["b"])
	require.NoError(t, err)
	require.Equal(t, []string{"hi"}, b)
	require.Empty(t, set.Inputs["b"].GetShape())
	c, err := ortwrap.Float64s(set.Inputs["c"])
	require.NoError(t, err)
	require.Equal(t, []float64{1, -2.5}, c)
	items, err := ortwrap.Items(set.Outputs["d"])
	require.NoError(t, err)
	require.Len(t, items, 1)
	d, err := ortwrap.Elements[int64](items[0])
	require.NoError(t, err)
	require.Equal(t, []int64{5}, d)
	require.Nil(t, set.Outputs["e"])
	require.EqualValues(t, 1, set.Outputs["f"].GetShape()[0])
}

func TestBrokenSetsAreErrors(t *testing.T) {
	t.Parallel()
	float := []ortwrap.Info{tensorInfo("y", ortwrap.Float32)}
	for want, c := range map[string]struct {
		infos []ortwrap.Info
		files map[string]string
	}{
		"the model has 1 outputs, the test data 0": {float, map[string]string{}},
		"the model has 1 outputs, the test data 2": {float, map[string]string{"output_0.pb": "", "output_1.pb": ""}},
		"output_0.pb: no such file":                {float, map[string]string{"output_1.pb": "1001"}},
		"output_0.pb: reading a tensor":            {float, map[string]string{"output_0.pb": "ff"}},
		"output_0.pb: making an empty sequence of undefined tensors": {
			[]ortwrap.Info{{Name: "y", Kind: ortwrap.KindSequence}}, map[string]string{"output_0.pb": "1001"},
		},
		"output_0.pb: unsupported kind of value: map": {
			[]ortwrap.Info{{Name: "y", Kind: ortwrap.KindMap}}, map[string]string{"output_0.pb": ""},
		},
	} {
		_, err := dataset.Read(folder(t, c.files), nil, c.infos)
		require.ErrorContains(t, err, want)
	}
	_, err := dataset.Folders(t.TempDir())
	require.ErrorIs(t, err, dataset.ErrNoData)
}

func TestASequenceWithoutItemsIsRead(t *testing.T) {
	t.Parallel()
	infos := []ortwrap.Info{{Name: "y", Kind: ortwrap.KindSequence, Type: ortwrap.Float32}}
	set, err := dataset.Read(folder(t, map[string]string{"output_0.pb": "1001"}), nil, infos)
	require.NoError(t, err)
	defer set.Destroy()
	items, err := ortwrap.Items(set.Outputs["y"])
	require.NoError(t, err)
	require.Empty(t, items)
}
