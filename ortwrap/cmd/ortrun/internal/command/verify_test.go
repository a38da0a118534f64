package command_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/command"
)

func TestVerifyPassesWhereOutputsAgree(t *testing.T) {
	t.Parallel()
	pixels, probabilities := seven(t)
	image := "image=" + toJSON(t, pixels)
	_, expected := arrays(t, "probabilities", ortwrap.NewShape(1, 10), probabilities)
	document := write(t, "y.json", `{"probabilities": [`+toJSON(t, probabilities)+`]}`)
	for _, e := range []string{expected, document} {
		r := ortrun(t, "verify", digits, "-i", image, "-e", e, "--probabilities", "probabilities", "--repeat", "3")
		require.Equal(t, command.ExitOK, r.code, r.out+r.err)
		require.Equal(t, "running 3 times\n", r.err)
		for _, check := range []string{"expected", "repeatable", "stable", "finite", "probabilities"} {
			require.Regexp(t, `(?m)^`+check+` +probabilities +ok +\S`, r.out)
		}
		require.True(t, strings.HasSuffix(r.out, "\nall 5 checks passed\n"), r.out)
	}
	require.Contains(t, good(t, "verify", digits), "all 3 checks passed", "without expected outputs")
	require.Contains(t, good(t, "verify", digits, "--repeat", "1"), "all 1 checks passed")
}

func TestVerifyFailsWhereOutputsDiffer(t *testing.T) {
	t.Parallel()
	pixels, probabilities := seven(t)
	probabilities[3] += 0.5
	probabilities[4] += 0.25
	_, expected := arrays(t, "probabilities", ortwrap.NewShape(1, 10), probabilities)
	args := []string{"verify", digits, "-i", "image=" + toJSON(t, pixels), "-e", expected}
	r := ortrun(t, args...)
	require.Equal(t, command.ExitCheck, r.code)
	require.Contains(t, r.err, "ortrun verify: the check failed: 1 of 4 checks of ")
	require.Regexp(t, `(?m)^expected +probabilities +FAILED +2 of 10 elements differ, the first at 3: `, r.out)
	require.Regexp(t, `\nworst differences\nOUTPUT +INDEX +EXPECTED +GOT +DIFFERENCE\n`+
		`probabilities +\[0 3\] +0.5\d* +\S+ +0.5\nprobabilities +\[0 4\] +0.25\d* +\S+ +0.25\n`, r.out)
	require.NotContains(t, ortrun(t, append(args, "--worst", "1")...).out, "[0 4]")
	good(t, append(args, "--atol", "0.6")...)
	require.Contains(t, ortrun(t, append(args, "--atol", "0.3")...).out, "1 of 10 elements differ")
}

func TestVerifyFailsWhereOutputsAreNotProbabilities(t *testing.T) {
	t.Parallel()
	model := testModel("count.onnx")
	r := ortrun(t, "verify", model, "-i", "times=5", "--probabilities", "count")
	require.Equal(t, command.ExitCheck, r.code)
	require.Regexp(t, `(?m)^probabilities +count +FAILED +.* is 5, not between 0 and 1$`, r.out)
	require.Contains(t, bad(t, command.ExitUsage, "verify", model, "--probabilities", "x"), `there is no output "x"`)
	_, other := arrays(t, "other", ortwrap.NewShape(1), []float32{5})
	require.Contains(t, bad(t, command.ExitRun, "verify", model, "-e", other), `there is no output "other"`)
	require.Contains(t, bad(t, command.ExitRun, "verify", model, "-e", "/no/such"),
		`reading expected outputs "/no/such": no such file or directory`)
}

func TestVerifyFailsForNaNUnlessExpected(t *testing.T) {
	t.Parallel()
	r := ortrun(t, "verify", testModel("split.onnx"), "-i", `x=["NaN", 1]`)
	require.Equal(t, command.ExitCheck, r.code, r.out)
	require.Regexp(t, `(?m)^finite +parts\[0\] +FAILED +.*1 of 1 elements are not finite`, r.out)
	require.Regexp(t, `(?m)^repeatable +parts +ok`, r.out)
}

// testSets is a folder of test data for constant.onnx, which has the one output 42.
func testSets(t *testing.T, outputs ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a[b]*") // not a pattern
	for i, output := range outputs {
		data, err := hex.DecodeString(output)
		require.NoError(t, err)
		set := filepath.Join(dir, "test_data_set_"+string(rune('0'+i)))
		require.NoError(t, os.MkdirAll(set, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(set, "output_0.pb"), data, 0o600))
	}
	return dir
}

func TestVerifyReadsTheTestDataOfONNX(t *testing.T) {
	t.Parallel()
	const right, wrong = "10014a0400002842", "10014a0400002841" // the scalars 42 and 10.5
	model := testModel("constant.onnx")
	out := good(t, "verify", model, "-e", testSets(t, right, right))
	require.Contains(t, out, "\ntest_data_set_0\n")
	require.Contains(t, out, "\ntest_data_set_1\n")
	require.Contains(t, out, "all 8 checks passed")
	r := ortrun(t, "verify", model, "-e", filepath.Join(testSets(t, right, wrong), "test_data_set_1"))
	require.Equal(t, command.ExitCheck, r.code, r.out)
	require.Contains(t, r.out, "answer  []     10.5      42   31.5")

	require.Contains(t, bad(t, command.ExitRun, "verify", model, "-e", t.TempDir()), "no test data in")
	require.Contains(t, bad(t, command.ExitRun, "verify", model, "-e", testSets(t, "ff")), "output_0.pb: ")
	require.Contains(t, bad(t, command.ExitRun, "verify", digits, "-e", testSets(t, right)),
		"the model has 1 inputs, the test data 0")
	require.Contains(t, bad(t, command.ExitUsage, "verify", model, "-e", testSets(t, right), "-i", "x=1"), "can't be used")
}

// noise is a model without inputs whose output is different every time: RandomNormal of 3 elements.
func noise() string {
	shape := message(5, message(1, "shape"), number(8, 3), "\xa0\x01\x07") // of type 7: integers
	node := message(1, message(2, "y"), message(4, "RandomNormal"), shape)
	return onnx(node, message(12, float32s("y", number(1, 3))))
}

func TestVerifyFailsWhereRunsDiffer(t *testing.T) {
	t.Parallel()
	r := ortrun(t, "verify", write(t, "noise.onnx", noise()), "--repeat", "4")
	require.Equal(t, command.ExitCheck, r.code, r.out+r.err)
	require.Regexp(t, `(?m)^repeatable +y +FAILED +3 of 3 runs gave other bits than the first, at most \S+ apart$`, r.out)
	require.Regexp(t, `(?m)^stable +y +FAILED +3 of 3 runs left the tolerance of the first: `, r.out)
	require.Regexp(t, `(?m)^finite +y +ok`, r.out)
	r = ortrun(t, "verify", write(t, "noise.onnx", noise()), "--atol", "100")
	require.Regexp(t, `(?m)^stable +y +ok`, r.out)
	require.Contains(t, r.err, "1 of 3 checks")
}

// Test data have their inputs: a flag for others would be of no effect, so it must not look as if it had one.
func TestVerifyRefusesFlagsForInputsBesideAFolderOfTestData(t *testing.T) {
	t.Parallel()
	model, folder := testModel("constant.onnx"), testSets(t, "10014a0400002842")
	flags := map[string]string{
		"input": "x=1", "batch": "8", "dim": "foo=3", "seed": "1", "layout": "nhwc", "width": "5", "height": "5",
		"mean": "0.5", "std": "0.5",
	}
	others := []string{ // have nothing to do with inputs
		"expected", "atol", "rtol", "repeat", "probabilities", "sum-tolerance", "worst", "provider", "threads",
		"optimization", "help",
	}
	const why = " can't be used with a folder of test data, which has the inputs"
	for _, found := range regexp.MustCompile(`(?m)^ +(?:-\w, )?--(\S+)`).FindAllStringSubmatch(
		good(t, "verify", "--help"), -1) {
		name := found[1]
		if slices.Contains(others, name) {
			continue
		}
		require.Contains(t, flags, name, "a new flag: is it for inputs?")
		require.Contains(t, bad(t, command.ExitUsage, "verify", model, "-e", folder, "--"+name, flags[name]),
			"ortrun verify: --"+name+why)
	}
	require.Contains(t, bad(t, command.ExitUsage, "verify", model, "-e", folder, "--seed", "9", "--batch", "8"),
		"ortrun verify: --seed, --batch"+why)
	good(t, "verify", model, "-e", folder, "--repeat", "2")
}

func TestExpectedOutputsAreNotCalledInputs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "y.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"p": 1}`), 0o600))
	require.Equal(t, `ortrun verify: reading expected outputs "`+path+`": there is no output "p": the model `+
		`gives probabilities float32[batch, 10]`, bad(t, command.ExitRun, "verify", digits, "-e", path))
}
