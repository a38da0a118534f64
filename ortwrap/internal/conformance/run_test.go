package conformance_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
)

func run(t *testing.T) conformance.Summary {
	t.Helper()
	cases, err := conformance.Load(folder(t, files(t)))
	require.NoError(t, err)
	var seen []conformance.Result
	s, err := conformance.Run(t.Context(), cases, conformance.Provider{}, func(r conformance.Result) { seen = append(seen, r) })
	require.NoError(t, err)
	require.Equal(t, s.Results, seen)
	return s
}

func TestEveryCaseEndsAsItShould(t *testing.T) {
	t.Parallel()
	s := run(t)
	require.Equal(t, 2, s.Passed)
	require.Equal(t, 1, s.Failed)
	require.Equal(t, 1, s.Unsupported)
	status := map[string]conformance.Status{}
	reason := map[string]string{}
	for _, r := range s.Results {
		status[r.Case], reason[r.Case] = r.Status, r.Reason
	}
	require.Equal(t, map[string]conformance.Status{
		"test_digit": conformance.Passed, "test_half": conformance.Passed,
		"test_unknown": conformance.Unsupported, "test_wrong": conformance.Failed,
	}, status)
	require.Contains(t, reason["test_unknown"], "(not implemented)")
	require.Equal(t, `data set 1: output "answer": 1 of 1 elements differ, the first at 0: `+
		`expected 42.099998474121094, got 42; largest difference 0.1 at 0, relative 0.00238 at 0`, reason["test_wrong"])
}

func TestTheContextEndsARun(t *testing.T) {
	t.Parallel()
	cases, err := conformance.Load(folder(t, files(t)))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = conformance.Run(ctx, cases, conformance.Provider{}, nil)
	require.ErrorIs(t, err, context.Canceled)
}
