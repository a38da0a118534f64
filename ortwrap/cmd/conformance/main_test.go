package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
)

// nodes is a folder with one case that passes and, where bad is set, one that does not: a model without inputs that
// should give the scalar 42, with the expected output in hexadecimal places of a TensorProto.
func nodes(t *testing.T, bad bool) string {
	t.Helper()
	dir := t.TempDir()
	model, err := os.ReadFile(filepath.Join("..", "..", "testdata", "constant.onnx"))
	require.NoError(t, err)
	put := func(name string, output []byte) {
		set := filepath.Join(dir, name, "test_data_set_0")
		require.NoError(t, os.MkdirAll(set, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, "model.onnx"), model, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(set, "output_0.pb"), output, 0o600))
	}
	put("test_answer", []byte{0x10, 1, 0x4a, 4, 0, 0, 0x28, 0x42})
	if bad {
		put("test_question", []byte{0x10, 1, 0x4a, 4, 0, 0, 0x28, 0x41})
	}
	return dir
}

func TestTheLastLineCounts(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-v", "-run", "answer", nodes(t, true)}, &out, &out))
	require.Contains(t, out.String(), "running 1 cases on ONNX Runtime "+ortwrap.Version()+"\n")
	require.True(t, strings.HasSuffix(out.String(),
		"passed       test_answer\nconformance: 1 passed, 0 failed, 0 unsupported\n"), out.String())
}

func TestANewFailureIsAnError(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{"-run", ".", nodes(t, true)}, &out, &out), errDifferent)
	require.Contains(t, out.String(), "failed       test_question: data set 0: output \"answer\": 1 of 1 elements differ")
	require.True(t, strings.HasSuffix(out.String(), "\nconformance: 1 passed, 1 failed, 0 unsupported\n"))
}

func TestAWholeRunMustReachTheKnownCount(t *testing.T) {
	t.Parallel()
	if !strings.HasPrefix(ortwrap.Version(), "1.21.") {
		t.Skip("the count of 1.21 is tested")
	}
	var out bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{nodes(t, false)}, &out, &out), errDifferent)
	require.Regexp(t, `(?m)^1 cases passed, at least \d+ should$`, out.String())
}

func TestJSONHoldsEveryResult(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{"-json", "-run", "test", nodes(t, true)}, &out, &out), errDifferent)
	var got struct {
		Version        string
		Good           bool
		Passed, Failed int
		Results        []struct{ Case, Status string }
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.Equal(t, ortwrap.Version(), got.Version)
	require.False(t, got.Good)
	require.Equal(t, 1, got.Passed)
	require.Equal(t, 1, got.Failed)
	require.Equal(t, "test_answer", got.Results[0].Case)
}

func TestTheDigestStandsBeforeTheLastLine(t *testing.T) {
	t.Parallel()
	var first, second, asJSON bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-digest", "-run", "answer", nodes(t, true)}, &first, &first))
	require.Regexp(t, `\ndigest: sha256:[0-9a-f]{64}\nconformance: 1 passed, 0 failed, 0 unsupported\n$`, first.String())
	require.NoError(t, run(t.Context(), []string{"-digest", "-run", "answer", nodes(t, false)}, &second, &second))
	require.Equal(t, first.String(), second.String())
	require.NoError(t, run(t.Context(), []string{"-json", "-digest", "-run", "answer", nodes(t, true)}, &asJSON, &asJSON))
	var got struct{ Provider, Digest string }
	require.NoError(t, json.Unmarshal(asJSON.Bytes(), &got))
	require.Equal(t, "cpu", got.Provider)
	require.Contains(t, first.String(), "digest: "+got.Digest+"\n")
}

func TestAProviderThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	other := "coreml"
	if runtime.GOOS == "darwin" {
		other = "cuda"
	}
	require.ErrorIs(t, run(t.Context(), []string{"-provider", other, nodes(t, false)}, &out, &out), ortwrap.ErrProvider)
	require.Empty(t, out.String())
}

func TestTheTotalsOfAProviderSayWhatItDidNotTake(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p, _ := conformance.NewProvider("dnnl") // whether it is there or not
	s := conformance.Summary{Passed: 3, Failed: 1, NotTaken: 4, Unsupported: 2}
	printer{w: &out, provider: p}.end(s, conformance.Verdict{}, false)
	require.Equal(t, "conformance: 3 passed, 1 failed, 4 not taken by dnnl, 2 unsupported\n", out.String())
}

func TestAReleaseWithoutAListIsSaid(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := printer{w: &out, known: conformance.Expectations{List: "known_failures.txt", Release: "1.99"}}
	p.start(1)
	p.end(conformance.Summary{Passed: 3}, conformance.Verdict{}, true)
	require.Contains(t, out.String(), "nothing is known about this release: every failure counts\n"+
		"a list would have these lines:\n1.99 passes 3\nconformance: 3 passed")
	out.Reset()
	p.unlisted = true
	p.start(1)
	require.Contains(t, out.String(), "failures are shown, and do not count\n")
}

func TestWhatIsKnownCountsAlsoWhereAReleaseMayBeUnlisted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{"-unlisted", "-run", ".", nodes(t, true)}, &out, &out), errDifferent)
}

func TestBadArgumentsAreErrors(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for want, args := range map[string][]string{
		"expected one argument":    {},
		"unknown provider \"tpu\"": {"-provider", "tpu", "x"},
		"not defined":              {"-nope"},
		"reading -run":             {"-run", "(", "x"},
		"none of the 1 cases":      {"-run", "zzz", nodes(t, false)},
		"reading test cases from":  {"/no/such/folder"},
	} {
		require.ErrorContains(t, run(t.Context(), args, &out, &out), want)
	}
	require.NoError(t, run(t.Context(), []string{"-h"}, &out, &out))
	require.Contains(t, out.String(), "usage: conformance")
}
