package command_test

import (
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/command"
	samples "github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// seven is the pixels of a written seven, and what the model says of it.
func seven(t *testing.T) (pixels, probabilities []float32) {
	t.Helper()
	list, err := samples.Samples()
	require.NoError(t, err)
	return list[7].Image(), list[7].Probabilities[:]
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// arrays writes a tensor as .npy and as .npz.
func arrays(t *testing.T, name string, shape ortwrap.Shape, data []float32) (array, archive string) {
	t.Helper()
	v, err := ortwrap.NewTensor(shape, data)
	require.NoError(t, err)
	defer v.Destroy()
	dir := t.TempDir()
	array, archive = filepath.Join(dir, "x.npy"), filepath.Join(dir, "x.npz")
	require.NoError(t, npy.WriteFile(array, v))
	require.NoError(t, npy.WriteArchive(archive, map[string]ortwrap.Value{name: v}))
	return array, archive
}

func TestRunSumsUpOutputs(t *testing.T) {
	t.Parallel()
	r := ortrun(t, "run", digits, "--batch", "2")
	require.Equal(t, command.ExitOK, r.code)
	require.Equal(t, "random: image\n", r.err)
	out := regexp.MustCompile(`one run in [0-9.]+(µs|ms|s)`).ReplaceAllString(r.out, "one run in TIME")
	require.True(t, strings.HasPrefix(out, digits+" on ONNX Runtime "+ortwrap.Version()+
		", CPUExecutionProvider: one run in TIME\ninputs: image float32[2 64]\n\n"+
		"output         type     shape   count  zeros"), out)
	require.Contains(t, out, "\nprobabilities  float32  [2 10]  20     0      0")
	require.True(t, strings.HasSuffix(out, "\nvalid: no problems in 1 tensor\n"), out)
}

func TestTheSeedChoosesRandomInputs(t *testing.T) {
	t.Parallel()
	run := func(args ...string) string {
		return good(t, append([]string{"run", digits, "--top", "10"}, args...)...)
	}
	require.Equal(t, run(), run("--seed", "1"))
	require.NotEqual(t, run(), run("--seed", "2"))
	require.Equal(t, run("--batch", "3"), run("--dim", "batch=3"))
}

// twoInputs is a model that gives back a, whose first dimension is "batch", and b, whose second one is.
func twoInputs() string {
	batch := message(2, "batch")
	a, b := float32s("a", batch), float32s("b", number(1, 3), batch)
	same := func(from, to string) string {
		return message(1, message(1, from), message(2, to), message(4, "Identity"))
	}
	return onnx(same("a", "c"), same("b", "d"), message(11, a), message(11, b),
		message(12, float32s("c", batch)), message(12, float32s("d", number(1, 3), batch)))
}

func TestABatchThatNoInputTakesIsWrongUse(t *testing.T) {
	t.Parallel()
	const why = "batch 8 changes no random input, for none has a first dimension that the model and --dim leave open: "
	fixed, two := testModel("mean.onnx"), write(t, "two.onnx", twoInputs())
	for _, c := range []struct {
		want string
		args []string
	}{
		{"x float32[2, 3]", []string{"run", fixed}},
		{"x float32[2, 3]", []string{"verify", fixed}},
		{"x float32[2, 3]", []string{"bench", fixed, "--runs", "1"}},
		{"image float32[batch, 64]", []string{"run", digits, "--dim", "batch=3"}},
		{"image float32[batch, 64]", []string{"run", digits, "--dim", "image:0=3"}},
		{"a float32[batch], b float32[3, batch]", []string{"run", two, "--dim", "batch=3"}},
		{"b float32[3, batch]", []string{"run", two, "-i", "a=[1, 2, 3]", "--dim", "b:1=3"}},
		{"the model takes no inputs", []string{"run", testModel("constant.onnx")}},
	} {
		require.Contains(t, bad(t, command.ExitUsage, append(c.args, "--batch", "8")...),
			"ortrun "+c.args[0]+": "+why+c.want+": leave the batch at 1 (see ")
	}
	good(t, "run", fixed, "--batch", "1")
	require.Contains(t, good(t, "run", two, "--batch", "8"), "\ninputs: a float32[8], b float32[3 8]\n")
	require.Contains(t, good(t, "run", two, "--batch", "8", "-i", "a=[1, 2, 3]"), "\ninputs: a float32[3], b float32[3 8]\n",
		"a size that has the name of a first dimension")
	require.Contains(t, good(t, "run", two, "--batch", "8", "--dim", "b:1=2"), "\ninputs: a float32[8], b float32[3 2]\n")
}

func TestInputsAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	pixels, want := seven(t)
	array, archived := arrays(t, "image", ortwrap.NewShape(1, 64), pixels)
	list := toJSON(t, pixels)
	for name, input := range map[string]string{
		"array with a name":  "image=" + array,
		"array":              array,
		"archive":            archived,
		"nested lists":       "image=" + write(t, "x.json", "["+list+"]"),
		"flat list":          write(t, "x.json", list),
		"object":             write(t, "x.json", `{"image": [`+list+`]}`),
		"literal, nested":    "image=[" + list + "]",
		"literal, flat":      "image=" + list,
		"upper case letters": "image=" + write(t, "X.JSON", list),
	} {
		output := filepath.Join(t.TempDir(), "y.npz")
		r := ortrun(t, "run", digits, "-i", input, "--output", output)
		require.Equal(t, command.ExitOK, r.code, "%s: %s", name, r.err)
		require.Empty(t, r.err, name)
		require.InDeltaSlice(t, want, archive(t, output)["probabilities"], 1e-5, name)
	}
}

func TestOutputsAreWrittenAsJSON(t *testing.T) {
	t.Parallel()
	pixels, want := seven(t)
	output := filepath.Join(t.TempDir(), "y.json")
	good(t, "run", digits, "-i", "image="+toJSON(t, pixels), "-o", output)
	text, err := os.ReadFile(output)
	require.NoError(t, err)
	got := decode[struct{ Probabilities [][]float32 }](t, string(text))
	require.Len(t, got.Probabilities, 1)
	require.InDeltaSlice(t, want, got.Probabilities[0], 1e-5)
}

func TestOutputsOfEveryKindAreWrittenAsJSON(t *testing.T) {
	t.Parallel()
	infinite := write(t, "x.json", `["NaN", "-Infinity", 0.1]`)
	for _, c := range []struct{ model, input, want string }{
		{testModel("constant.onnx"), "", `{"answer": 42}`},
		{testModel("count.onnx"), "times=5", `{"count": [5]}`},
		{testModel("absent.onnx"), "", `{"maybe": null}`},
		{testModel("nothing.onnx"), "", `{"none": []}`},
		{testModel("split.onnx"), infinite, `{"parts": [["NaN"], ["-Infinity"], [0.1]]}`},
		{testModel("words.onnx"), `x=["a", "\"<b>"]`, `{"y": ["a", "\"<b>"]}`},
		{testModel("words.onnx"), `x=plain`, `{"y": ["plain"]}`},
		{testModel("half.onnx"), `x=[0.5, -1e9]`, `{"y": [0.5, "-Infinity"]}`},
		{
			upstream(t, "sklearn_randomforest.onnx"), "X=[5, 3.5, 1.5, 0.2]",
			`{"output_label": [0], "output_probability": [{"0": 0.9999996, "1": 0, "2": 0}]}`,
		},
	} {
		output := filepath.Join(t.TempDir(), "y.json")
		args := []string{"run", c.model, "-o", output}
		if c.input != "" {
			args = append(args, "-i", c.input)
		}
		good(t, args...)
		text, err := os.ReadFile(output)
		require.NoError(t, err)
		require.Equal(t, c.want+"\n", strings.ReplaceAll(string(text), ",\n ", ", "))
	}
}

func TestTopShowsTheLargestElements(t *testing.T) {
	t.Parallel()
	pixels, _ := seven(t)
	image := "image=" + toJSON(t, pixels)
	require.Regexp(t, `^probabilities float32\[1 10\]\nRANK  CLASS  SCORE\n1 +7 +0\.9\d+\n2 .*\n$`,
		good(t, "run", digits, "-i", image, "--top", "2"))
	labels := write(t, "labels.txt", "nought\none\ntwo\nthree\nfour\nfive\nsix\nseven\r\n")
	out := good(t, "run", digits, "-i", image, "--top", "99", "--labels", labels)
	require.Regexp(t, `(?m)^1 +7 +0\.9\d+ +seven$`, out)
	require.Contains(t, out, "(no label)")
	require.Contains(t, good(t, "run", digits, "--batch", "101", "--top", "1"), "\nand 1 more rows\n")
	require.Contains(t, bad(t, command.ExitRun, "run", testModel("absent.onnx"), "--top", "1"),
		"the model gives maybe nothing")
	require.Contains(t, bad(t, command.ExitRun, "run", digits, "--top", "1", "--labels", "/no/such"), "reading labels: ")
}

func TestAnImageIsAnInput(t *testing.T) {
	t.Parallel()
	pixels, _ := seven(t)
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	for i, p := range pixels {
		img.Pix[i] = uint8(p * 255)
	}
	path := filepath.Join(t.TempDir(), "seven.png")
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	require.NoError(t, png.Encode(file, img))
	require.Regexp(t, `\n1 +7 +0\.9\d+\n`, good(t, "run", digits, "-i", path, "--top", "1"))
	negative := good(t, "run", digits, "-i", path, "--top", "1", "--mean", "1", "--std", "-1")
	require.NotRegexp(t, `\n1 +7 `, negative, "paper and ink changed places")
	require.Contains(t, bad(t, command.ExitUsage, "run", digits, "-i", path, "--layout", "chw"), `layout "chw"`)
}

func TestUnusableInputsSayWhatIsExpected(t *testing.T) {
	t.Parallel()
	_, archived := arrays(t, "picture", ortwrap.NewShape(1, 64), make([]float32, 64))
	for _, c := range []struct {
		code         int
		input, wants string
	}{
		{command.ExitUsage, "imag=5", "expected name=FILE, name=VALUE or FILE (.npy, .npz, .json, .png, .jpeg); the model " +
			"takes image float32[batch, 64]"},
		{command.ExitUsage, "image=five", "JSON: invalid character"},
		{command.ExitUsage, "image=[1, [2]]", "lists of different lengths"},
		{command.ExitUsage, "image=[true]", "element 0: expected float32, got true"},
		{command.ExitUsage, "image=[null]", "expected numbers"},
		{command.ExitUsage, "image=1 2", "expected one JSON value"},
		{command.ExitUsage, "image=" + archived, `leave out "image="`},
		{command.ExitRun, "image=x.npy", `reading input "image=x.npy": no such file or directory`},
		{command.ExitRun, archived, `wrong input name: there is no "picture": the model takes image`},
		{command.ExitRun, "image=[1, 2]", "wrong shape of input: expected image float32[batch, 64], got [2]"},
		{command.ExitRun, write(t, "x.json", `{"images": 5}`), `there is no "images"`},
		{command.ExitRun, write(t, "x.json", `{"image": `), "unexpected end of JSON input"},
		{command.ExitRun, "image=" + write(t, "x.npy", "numpy?"), "reading input"},
		{command.ExitRun, "image=" + write(t, "x.png", "png?"), "reading input"},
	} {
		require.Contains(t, bad(t, c.code, "run", digits, "-i", c.input), c.wants)
	}
	require.Contains(t, bad(t, command.ExitUsage, "run", digits, "-i", "image=5", "-i", "image=5"),
		`"image" is given twice`)
	require.Contains(t, bad(t, command.ExitUsage, "run", testModel("count.onnx"), "-i", "times=1.5"),
		"expected int64, got 1.5")
	require.Contains(t, bad(t, command.ExitUsage, "run", testModel("count.onnx"), "-i", "times=1", "--batch", "2"),
		"all inputs are given")
	require.Contains(t, bad(t, command.ExitUsage, "run", digits, "--dim", "length=5"), `no open dimension "length"`)
}

func TestAnOutputFileThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "no", "such")
	for _, ext := range []string{".json", ".npz"} {
		require.Contains(t, bad(t, command.ExitRun, "run", digits, "-o", missing+ext), "no such file or directory")
	}
	archived := filepath.Join(t.TempDir(), "y.npz")
	require.Contains(t, bad(t, command.ExitRun, "run", testModel("absent.onnx"), "-o", archived), "maybe")
}

func TestAnOutputThatCannotBeWrittenNamesTheFileThatWasWanted(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"y.npz", "y.json"} {
		path := filepath.Join(t.TempDir(), "none", name)
		require.Equal(t, `ortrun run: writing "`+path+`": no such file or directory`,
			bad(t, command.ExitRun, "run", digits, "-o", path))
	}
	path := filepath.Join(t.TempDir(), "y.npz")
	require.Contains(t, bad(t, command.ExitRun, "run", upstream(t, "sklearn_randomforest.onnx"), "-o", path),
		"or write to a .json file")
}

func TestAMissingInputIsSaidOnce(t *testing.T) {
	t.Parallel()
	require.Equal(t, `ortrun run: reading input "no.npy": no such file or directory`,
		bad(t, command.ExitRun, "run", digits, "-i", "no.npy"))
}

func TestInputsThatCannotBeGivenAreNotAskedFor(t *testing.T) {
	t.Parallel()
	model := testModel("length.onnx")
	for _, name := range []string{"run", "bench", "verify"} {
		require.Equal(t, "ortrun "+name+`: unsupported kind of value: input "parts" is a sequence, and ortrun gives tensors `+
			"only: run the model in a program, with package ortwrap", bad(t, command.ExitRun, name, model))
	}
	require.Contains(t, good(t, "run", testModel("nothing.onnx")), "\ninputs: none\n")
}
