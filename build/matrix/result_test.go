package matrix_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/matrix"
)

func TestTableTellsWhatCameOfEachRow(t *testing.T) {
	t.Parallel()
	results := []matrix.Result{
		{Row: "debian-12", System: "Debian 12", State: matrix.Passed, Seconds: 721, Steps: []matrix.StepResult{
			{Name: "image", State: matrix.Passed, Seconds: 1.21}, {Name: "build", State: matrix.Passed, Seconds: 719},
		}},
		{
			Row: "debian-13", System: "Debian 13", State: matrix.Failed, Step: "build", Reason: "exit status 1",
			Log: "/logs/b.log", Seconds: 61,
			Steps: []matrix.StepResult{
				{Name: "image", State: matrix.Passed, Seconds: 1}, {Name: "build", State: matrix.Failed, Seconds: 60, Log: "/logs/b.log"},
			},
		},
		{Row: "alpine", System: "Alpine", State: matrix.NotRun, Reason: "its base image cannot be had: alpine:3"},
	}
	var text strings.Builder
	require.NoError(t, report.Table(&text, matrix.Table(results)))
	testkit.Golden(t, "table", text.String())
}

func TestNothingFailedIsNoError(t *testing.T) {
	t.Parallel()
	require.NoError(t, matrix.Verdict(nil, true))
	require.NoError(t, matrix.Verdict([]matrix.Result{{State: matrix.Passed}, {State: matrix.NotRun}}, false))
}
