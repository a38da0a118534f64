package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// TestMain lets the test program be gpucheck itself: check and ci/gpu-check start it.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestADryRunPassesAndSaysThatItIsOne(t *testing.T) { // it shuts ORT down: no other test may run meanwhile
	path := filepath.Join(t.TempDir(), "report.json")
	var out strings.Builder
	require.NoError(t, run(t.Context(), []string{"check", "-dry-run", "-runs", "2", "-o", path}, &out, &out))
	require.Regexp(t, `(?m)^linked +dry run: no GPU$`, out.String())
	require.Regexp(t, `(?m)^linked +- +exit, nothing given back +passed$`, out.String())

	list, err := readReports([]string{path})
	require.NoError(t, err)
	require.Len(t, list[0].Latencies, 4)
	passed := 0
	for _, c := range list[0].Checks {
		require.NotEqual(t, "failed", c.Verdict, c)
		if c.Verdict == "passed" {
			passed++
		}
	}
	require.GreaterOrEqual(t, passed, 11, "4 results, environments, 2 exits, 4 latencies")
}

func TestWithoutAGPUNothingIsChecked(t *testing.T) {
	if list, err := ortwrap.Devices(); err == nil && len(list) > 0 {
		t.Skip("this machine has a GPU")
	}
	var out strings.Builder
	err := run(t.Context(), []string{"check"}, &out, &out)
	require.ErrorIs(t, err, ortwrap.ErrDevice)
	require.ErrorContains(t, err, "no GPU to check")
	require.ErrorContains(t, err, "(-dry-run does without)")
	require.Empty(t, out.String())
}

func TestWrongResultsAreNoticed(t *testing.T) {
	conv, _ := find("conv")
	conv.reference = "matmul" // which takes another input
	require.ErrorContains(t, target{}.results(t.Context(), conv, true), "on the processor: ")
	mha, _ := find("mha")
	mha.reference = "attention" // the same weights, so the same but for rounding
	require.NoError(t, target{}.results(t.Context(), mha, true))
	got, err := ortwrap.TensorOf([]float32{1, 2.001}, 2)
	require.NoError(t, err)
	want, err := ortwrap.TensorOf([]float32{1, 2}, 2)
	require.NoError(t, err)
	require.ErrorIs(t, mha.compare(got, want, true), ortwrap.ErrDifferent)
	require.NoError(t, mha.compare(got, want, false))
}

func TestAProgramIsLinkedAsItSays(t *testing.T) {
	t.Parallel()
	const maps = `7f00-7f01 r--p 00000000 08:01 1 /usr/lib/libc.so.6
7f02-7f03 r--p 00000000 08:01 2                          /a b/libonnxruntime_providers_cuda.so
7f03-7f04 r-xp 00001000 08:01 2                          /a b/libonnxruntime_providers_cuda.so
7f05-7f06 rw-p 00000000 00:00 0 [stack]
`
	list := mapped(maps)
	require.Equal(t, []string{"/a b/libonnxruntime_providers_cuda.so"}, list)
	require.ErrorContains(t, checkLibraries("static", true, list), "it uses /a b/libonnxruntime_providers_cuda.so")
	require.NoError(t, checkLibraries("static", true, nil))
	require.ErrorContains(t, checkLibraries("hybrid", true, nil), "it uses none")
	require.NoError(t, checkLibraries("hybrid", true, list))
	require.NoError(t, checkLibraries("hybrid", false, nil), "a dry run on the processor")
	require.NoError(t, checkLibraries("linked", true, list))
}

func TestTolerancesTellResultsFromZeros(t *testing.T) {
	for _, m := range models {
		if m.reference != "" {
			continue
		}
		input, err := m.input()
		require.NoError(t, err)
		defer input.Destroy()
		got, err := processor.compute(t.Context(), m.name, true, input)
		require.NoError(t, err)
		defer got.Destroy()
		zeros, err := ortwrap.TensorOf(make([]float32, got.GetShape().FlattenedSize()), got.GetShape()...)
		require.NoError(t, err)
		defer zeros.Destroy()
		d, err := ortwrap.Compare(got, zeros, m.fast)
		require.ErrorIs(t, err, ortwrap.ErrDifferent, m.name)
		require.Greater(t, d.Wrong, d.Elements/2, "%s: %s", m.name, d)
	}
}

func TestAProcessThatFailsIsAFailedCheck(t *testing.T) {
	t.Parallel()
	err := child(t.Context(), options{dry: true, runs: 1}, nil, "measure", "nothing")
	require.EqualError(t, err, `exit status 1: gpucheck: unknown model "nothing"`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, child(ctx, options{dry: true, runs: 1}, nil, "end", "open"), context.Canceled)

	var r report
	r.add("", "exit", err)
	var out strings.Builder
	require.ErrorIs(t, show([]report{{Variant: "good"}, r}, options{}, &out), errFailed)
	require.Regexp(t, `(?m)- +exit +failed +exit status 1: gpucheck`, out.String())
	out.Reset()
	require.ErrorIs(t, show([]report{r}, options{json: true}, &out), errFailed)
	require.True(t, json.Valid([]byte(out.String())))
}

func TestThePeerIsMeasuredWhereItIsInstalled(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins are shell scripts")
	}
	python := func(text string) options {
		path := filepath.Join(t.TempDir(), "python")
		require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700))
		return options{python: path, runs: 7}
	}
	r := peer(t.Context(), python("test -s $1 -a -s $2 -a -s $3 -a $4 = 7 && echo '"+
		`{"version": "1.21.0", "import": 1, "open": 4, "first": 3, "steady": 2, "slow": 5}'`))
	require.Equal(t, "onnxruntime-gpu 1.21.0", r.Provider)
	require.Len(t, r.Latencies, len(models))
	require.Equal(t, latency{"matmul", 4, 3, 2, 5}, r.Latencies[1])
	require.Empty(t, r.Checks)

	r = peer(t.Context(), python("echo No module named onnxruntime >&2; exit 1"))
	require.Equal(t, []result{{"conv", "measured", "skipped", "exit status 1: No module named onnxruntime"}}, r.Checks)
	r = peer(t.Context(), options{python: "/no/python"})
	require.Equal(t, "skipped", r.Checks[0].Verdict)
}

func TestWrongUseIsAnError(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		`unknown command ""`:             nil,
		`unknown command "prove"`:        {"prove"},
		"-runs 0: expected 1 or more":    {"check", "-runs", "0"},
		"expected files that check":      {"report"},
		"no such file":                   {"report", "/no/file"},
		`end "x": expected open or clos`: {"end", "-dry-run", "x"},
		"flag provided but not defined":  {"check", "-fast"},
		`unknown model ""`:               {"measure", "-dry-run"},
	} {
		var out strings.Builder
		require.ErrorContains(t, run(t.Context(), args, &out, &out), want)
	}
}
