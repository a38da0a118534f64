package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

func TestTheReportForPeopleShowsEveryDigit(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out, &out))
	require.Contains(t, out.String(), "ONNX Runtime  "+ortwrap.Version())
	require.Contains(t, out.String(), "image float32[batch, 64]")
	require.Regexp(t, `(?m)^3 +3 +0\.9845$`, out.String())
	require.Regexp(t, `(?m)^9 +9 +0\.\d{4}$`, out.String())
}

func TestTheReportForProgramsIsJSON(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-json"}, &out, &out))
	var r result
	require.NoError(t, json.Unmarshal(out.Bytes(), &r))
	require.Equal(t, ortwrap.Version(), r.Runtime.Version)
	require.Len(t, r.Digits, 10)
	require.Positive(t, r.Opened)
	require.LessOrEqual(t, r.Difference, tolerance)
}

func TestWrongNumbersAreErrors(t *testing.T) {
	t.Parallel()
	samples, err := digits.Samples()
	require.NoError(t, err)
	for name, wrong := range map[string]float32{"off": 0.5, "NaN": float32(math.NaN())} {
		r := result{samples: samples[:1]}
		probabilities := samples[0].Probabilities
		r.add(probabilities[:])
		require.NoError(t, r.check())
		r = result{samples: samples[:1]}
		probabilities[7] = wrong
		r.add(probabilities[:])
		require.ErrorContains(t, r.check(), "a probability is off by", name)
	}
	r := result{Digits: []digit{{Want: 3, Got: 8}}}
	require.EqualError(t, r.check(), "a 3 was taken for a 8")
}

func TestBadArgumentsAreErrors(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.Error(t, run(t.Context(), []string{"-nope"}, &out, &out))
	require.ErrorContains(t, run(t.Context(), []string{"file"}, &out, &out), `unexpected argument "file"`)
	require.NoError(t, run(t.Context(), []string{"-h"}, &out, &out))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, run(ctx, nil, &out, &out), context.Canceled)
}
